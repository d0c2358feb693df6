import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/base/random.js';
import { intervalRanks, percentileIntervals } from '../../src/latency/confidence.js';

/** P(low <= B < high) for B binomial, by the plain sum. */
function coverage(count: number, share: number, low: number, high: number): number {
  let sum = 0;
  let logWeight = count * Math.log(1 - share);
  for (let k = 0; k <= count; k++) {
    if (k >= low && k < high) sum += Math.exp(logWeight);
    logWeight += Math.log((count - k) / (k + 1)) + Math.log(share / (1 - share));
  }
  return sum;
}

describe('ranks around a percentile', () => {
  it('are the published ones for the median of ten', () => {
    // Ranks 2 and 9 enclose the median of ten with 97.9 %; 3 and 8 with only 89.1 %.
    expect(intervalRanks('50', 10)).toEqual({ low: 2, high: 9 });
  });

  it('enclose it with at least 95 %, and no narrower pair misses by 2.5 % at most at each end', () => {
    const counts = fc.integer({ min: 5, max: 400 });
    const percentiles = fc.constantFrom('10', '50', '90', '95', '99');
    fc.assert(
      fc.property(counts, percentiles, (count, percentile) => {
        const share = Number(percentile) / 100;
        const { low, high } = intervalRanks(percentile, count);
        const above = high ?? count + 1;
        // Rank 1 as a lower end may miss more often: there is nothing below the smallest sample.
        const floor = low === 1 ? coverage(count, share, 0, 1) : 0;
        expect(coverage(count, share, low, above) + floor).toBeGreaterThanOrEqual(0.95 - 1e-9);
        expect(coverage(count, share, 0, low + 1)).toBeGreaterThan(0.025);
        if (high !== null)
          expect(coverage(count, share, high - 1, count + 1)).toBeGreaterThan(0.025);
      }),
    );
  });

  it('have no upper end where the samples give none', () => {
    expect(intervalRanks('99.9', 1000).high).toBeNull();
    expect(intervalRanks('99.9', 10_000).high).not.toBeNull();
  });

  it('stay sound for a million samples', () => {
    const { low, high } = intervalRanks('99.999', 1_000_000);
    expect(1_000_000 - low).toBeGreaterThan(10);
    expect(high).toBeGreaterThan(999_990);
  });
});

describe('intervals of samples', () => {
  it('hold the true percentile about 95 times in a hundred', () => {
    const streams = new RandomStreams('3');
    const stream = streams.stream('uniform');
    let held = 0;
    for (let set = 0; set < 300; set++) {
      const raw = new Uint32Array(500);
      streams.fill(stream, raw);
      const upperNs = [...raw].map((u) => Math.floor(u / 4295)).sort((a, b) => a - b);
      const histogram = { exact: true, upperNs, counts: upperNs.map(() => 1) };
      const [{ lowNs, highNs }] = percentileIntervals(['90'], histogram);
      if (lowNs <= 900_000 && 900_000 <= (highNs ?? Number.POSITIVE_INFINITY)) held++;
    }
    expect(held).toBeGreaterThan(300 * 0.92);
    expect(held).toBeLessThan(300);
  });
});
