import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';
import {
  percentileRank,
  percentileShare,
  samplesNeeded,
  supportsPercentile,
} from '../../src/latency/percentiles.js';

describe('percentiles', () => {
  it('want 3 / (1 - p) samples', () => {
    const table: Array<[string, number]> = [
      ['50', 6],
      ['90', 30],
      ['99', 300],
      ['99.9', 3_000],
      ['99.99', 30_000],
      ['99.999', 300_000],
      ['99.9999', 3_000_000],
    ];
    for (const [percentile, needed] of table) {
      expect(samplesNeeded(percentile)).toBe(needed);
      expect(supportsPercentile(percentile, needed - 1)).toBe(false);
      expect(supportsPercentile(percentile, needed)).toBe(true);
    }
  });

  it('rank exactly where floating point does not', () => {
    // Math.ceil(p / 100 * n) in doubles gives 56, 6994 and 2998 for the first three.
    expect(percentileRank('55', 100)).toBe(55);
    expect(percentileRank('99.9', 7_000)).toBe(6_993);
    expect(percentileRank('99.9', 3_000)).toBe(2_997);
    expect(percentileRank('99.999', 300_000)).toBe(299_997);
    expect(percentileRank('50', 5)).toBe(3);
    expect(percentileRank(99.99, 1)).toBe(1);
  });

  it('are the smallest value with at least ceil(p * count) samples at or below', () => {
    const decimal = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 999 }));
    const values = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(decimal, values, ([whole, thousandths], samples) => {
        const percentile = `${whole}.${String(thousandths).padStart(3, '0')}`;
        const histogram = new Histogram();
        for (const sample of samples) histogram.record(sample);
        const share = BigInt(whole * 1_000 + thousandths);
        const oracle = [...samples]
          .sort((a, b) => a - b)
          .find((v) => {
            const atOrBelow = samples.filter((s) => s <= v).length;
            return BigInt(atOrBelow) * 100_000n >= share * BigInt(samples.length);
          });
        const supported = BigInt(samples.length) * (100_000n - share) >= 300_000n;
        expect(histogram.percentile(percentile)).toBe(supported ? oracle : null);
      }),
      { numRuns: 500 },
    );
  });

  it('refuse what is none', () => {
    for (const bad of ['100', '0', '0.0', '-5', 'p99', '', '1e1', '99.', 1e-7, Number.NaN]) {
      expect(() => percentileShare(bad)).toThrow(RangeError);
    }
  });
});
