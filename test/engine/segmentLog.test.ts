/** Exact attribution against a list that forgets nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SegmentLog } from '../../src/engine/segmentLog.js';

const CAUSES = 4;
const BACKLOG = 3;

/** Sums of [from, to) by cause over a plain list of segments. */
function naive(list: ReadonlyArray<readonly [number, number]>, from: number, to: number): number[] {
  const sums = Array<number>(CAUSES).fill(0);
  list.forEach(([start, cause], i) => {
    const end = i + 1 < list.length ? list[i + 1][0] : to;
    sums[cause] += Math.max(0, Math.min(end, to) - Math.max(start, from));
  });
  return sums;
}

function read(log: SegmentLog, window: number): number[] {
  const causes = new Int32Array(CAUSES);
  const ns = new Float64Array(CAUSES);
  const sums = Array<number>(CAUSES).fill(0);
  const count = log.read(window, causes, ns);
  for (let i = 0; i < count; i++) sums[causes[i]] += ns[i];
  return sums;
}

test.each([10, 3_000, 4_097, 9_000, 30_000])('windows over %i segments are exact', (segments) => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.nat(1_000), (seed, lead) => {
      const log = new SegmentLog(1, 1);
      log.seal(1, [0, 0, 0, 0], BACKLOG);
      const list: Array<[number, number]> = [];
      let now = 0;
      let from = 0;
      for (let i = 0; i < segments + lead; i++) {
        const cause = (i * 7 + seed) % 3;
        log.push(0, now, cause);
        list.push([now, cause]);
        if (i === lead) {
          from = now + 2;
          log.open(0, 0, from);
        }
        now += 1 + ((i + seed) % 5);
      }
      const to = Math.max(now, from);
      log.close(0, to);
      expect(read(log, 0)).toEqual(naive(list, from, to));
    }),
    { numRuns: 20 },
  );
});

test('a window opened later than its beginning keeps its sum, at any place of the ring', () => {
  for (const late of [1, 100, 2_000, 4_100, 7_000]) {
    for (const after of [0, 500, 1_800, 2_100, 5_000]) {
      const log = new SegmentLog(1, 1);
      log.seal(1, [0, 0, 0, 0], BACKLOG);
      let i = 0;
      for (; i < 9_000; i++) log.push(0, 3 * i, i % 2);
      const from = 3 * (i - late);
      log.open(0, 0, from);
      for (const end = i + after; i < end; i++) log.push(0, 3 * i, i % 2);
      log.close(0, 3 * i);
      const sums = read(log, 0);
      expect(sums.reduce((a, b) => a + b, 0)).toBe(3 * i - from);
      if (late <= 2_000) expect(sums[BACKLOG]).toBe(0);
    }
  }
});
