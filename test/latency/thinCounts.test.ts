import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';
import { ENTRIES_MAX, thinCounts } from '../../src/latency/thinCounts.js';

/** Many different latencies: a start, and distances of a size that is drawn once. */
const many = fc
  .tuple(
    fc.nat(100_000),
    fc.constantFrom(1, 7, 1_000, 2_000_003, 200_000_000_000),
    fc.integer({ min: 3_000, max: 30_000 }),
  )
  .map(([fromNs, stepNs, length]) => ({
    exact: true,
    upperNs: Array.from({ length }, (_, i) => fromNs + i * stepNs),
    counts: Array.from({ length }, (_, i) => 1 + (i % 5)),
  }));

describe('thinCounts', () => {
  it('keeps few entries, minimum, maximum, and the count at or below every bound', () => {
    fc.assert(
      fc.property(many, (data) => {
        const thin = thinCounts(data);
        expect(thin.counts.length).toBeLessThanOrEqual(ENTRIES_MAX);
        // Not needlessly coarse: the bounds stay within a few of the most that may be kept.
        expect(thin.counts.length).toBeGreaterThan(
          Math.min(data.counts.length, ENTRIES_MAX / 4) - 1,
        );
        expect([thin.upperNs[0], thin.counts[0]]).toEqual([data.upperNs[0], data.counts[0]]);
        expect(thin.upperNs.at(-1)).toBe(data.upperNs.at(-1));
        expect(thin.exact).toBe(thin.counts.length === data.counts.length);
        const below = new Map<number, number>();
        let total = 0;
        data.upperNs.forEach((ns, i) => {
          total += data.counts[i];
          below.set(ns, total);
        });
        total = 0;
        thin.upperNs.forEach((ns, i) => {
          total += thin.counts[i];
          if (below.get(ns) !== total) throw new Error(`count at or below ${ns} ns: ${total}`);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('leaves few entries as they are', () => {
    const data = { exact: true, upperNs: [0, 1, 2 ** 53 - 1], counts: [1, 2, 3] };
    expect(thinCounts(data)).toEqual(data);
  });

  it('is what a histogram gives, whose own figures stay exact', () => {
    const histogram = new Histogram();
    for (let ns = 10_000; ns < 60_000; ns++) histogram.record(ns);
    const data = histogram.toData();
    expect(data.counts.length).toBeLessThanOrEqual(ENTRIES_MAX);
    expect(data.exact).toBe(false);
    expect(histogram.exact).toBe(true);
    expect(histogram.valueAtRank(12_345)).toBe(22_344);
  });
});
