import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorstSamples } from '../../src/latency/worstSamples.js';

const CAUSES = ['exit', 'inject', 'entry'];
const sample = fc.record({
  // Few values, so that latencies and times tie with different parts.
  parts: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
  atNs: fc.nat(4),
});
/** As the recorder offers: only causes with a share. */
const offer = (worst: WorstSamples, atNs: number, parts: readonly number[]) => {
  const causes = parts.flatMap((ns, cause) => (ns > 0 ? [cause] : []));
  const partsNs = Float64Array.from(causes, (cause) => parts[cause]);
  worst.offer(total(parts), atNs, Int32Array.from(causes), partsNs, causes.length);
};
const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0);

describe('WorstSamples', () => {
  it('keeps what sorting everything would keep', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.array(sample, { maxLength: 60 }), (k, samples) => {
        const worst = new WorstSamples(k, CAUSES.length);
        for (const { parts, atNs } of samples) {
          offer(worst, atNs, parts);
        }
        const expected = samples
          .map((s, offer) => ({ ...s, latencyNs: total(s.parts), offer }))
          .sort((a, b) => b.latencyNs - a.latencyNs || a.atNs - b.atNs || a.offer - b.offer)
          .slice(0, k)
          .map(({ atNs, latencyNs, parts }) => ({
            atNs,
            latencyNs,
            attribution: parts
              .map((ns, cause) => ({ cause: CAUSES[cause], ns }))
              .filter(({ ns }) => ns > 0),
          }));
        expect(worst.toResult(CAUSES)).toEqual(expected);
      }),
    );
  });

  it('copies what it is offered', () => {
    const worst = new WorstSamples(1, 1);
    const buffer = Float64Array.of(5);
    worst.offer(5, 1, Int32Array.of(0), buffer, 1);
    buffer[0] = 99;
    expect(worst.toResult(['exit'])[0].attribution).toEqual([{ cause: 'exit', ns: 5 }]);
  });

  it('restores a snapshot and runs on as if nothing had been between', () => {
    const offerAll = (worst: WorstSamples, samples: ReadonlyArray<[number, number]>) => {
      for (const [ns, atNs] of samples) offer(worst, atNs, [ns]);
    };
    const pairs = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 20 });
    fc.assert(
      fc.property(pairs, pairs, (before, after) => {
        const worst = new WorstSamples(3, 1);
        offerAll(worst, before);
        const snapshot = worst.snapshot();
        const atSnapshot = worst.toResult(['a']);
        offerAll(worst, after);
        const ranOn = worst.toResult(['a']);
        worst.restore(snapshot);
        expect(worst.toResult(['a'])).toEqual(atSnapshot);
        offerAll(worst, after);
        expect(worst.toResult(['a'])).toEqual(ranOn);
      }),
    );
  });

  it('refuses a snapshot of another shape', () => {
    expect(() => new WorstSamples(2, 1).restore(new WorstSamples(3, 1).snapshot())).toThrow(
      RangeError,
    );
  });
});
