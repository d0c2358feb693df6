import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HrtimerQueue } from '../../src/kernel/hrtimerQueue.js';

test('the first timer is the earliest, then the one with the smaller number', () => {
  const step = fc.tuple(fc.nat(6), fc.nat(1), fc.nat(8));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const q = new HrtimerQueue(1, 7);
      const kept = new Map<number, { queue: number; ns: number }>();
      for (const [timer, queue, ns] of steps) {
        if (kept.delete(timer)) q.remove(timer);
        else {
          q.add(timer, queue, ns);
          kept.set(timer, { queue, ns });
        }
        for (const which of [0, 1]) {
          const [first] = [...kept]
            .filter(([, one]) => one.queue === which)
            .sort((a, b) => a[1].ns - b[1].ns || a[0] - b[0]);
          expect(q.first(which)).toBe(first?.[0] ?? -1);
          expect(q.firstExpiryNs[which]).toBe(first?.[1].ns ?? Number.POSITIVE_INFINITY);
        }
      }
    }),
    { numRuns: 300 },
  );
});
