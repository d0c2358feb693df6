import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';

/** Latencies as runs have them: a cluster, a tail, and single far ones. */
const latencyNs = fc.oneof(
  fc.integer({ min: 0, max: 5_000 }),
  fc.integer({ min: 0, max: 3_000_000 }),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);
const samples = fc.array(latencyNs, { minLength: 1, maxLength: 300 });

function histogramOf(values: readonly number[], valuesMax?: number): Histogram {
  const histogram = new Histogram(valuesMax);
  for (const value of values) histogram.record(value);
  return histogram;
}

const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe('Histogram of few enough different values', () => {
  it('agrees with sorting at every rank, bound and total', () => {
    fc.assert(
      fc.property(samples, latencyNs, (values, probe) => {
        const histogram = histogramOf(values);
        const sorted = ascending(values);
        expect(histogram.exact).toBe(true);
        expect(histogram.count).toBe(sorted.length);
        expect(histogram.minNs).toBe(sorted[0]);
        expect(histogram.maxNs).toBe(sorted[sorted.length - 1]);
        expect(histogram.sumExactNs()).toBe(values.reduce((sum, v) => sum + BigInt(v), 0n));
        sorted.forEach((value, index) => {
          expect(histogram.valueAtRank(index + 1)).toBe(value);
        });
        for (const at of [probe, ...values]) {
          expect(histogram.countAtOrBelow(at)).toBe(sorted.filter((v) => v <= at).length);
        }
      }),
    );
  });

  it('merges to the histogram of the concatenation', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const merged = histogramOf(a);
        merged.merge(histogramOf(b));
        const whole = histogramOf([...a, ...b]);
        expect(merged.toData()).toEqual(whole.toData());
        expect(merged.sumExactNs()).toBe(whole.sumExactNs());
        expect([merged.minNs, merged.maxNs]).toEqual([whole.minNs, whole.maxNs]);
      }),
    );
  });

  it('counts n samples at once as n times one', () => {
    fc.assert(
      fc.property(latencyNs, fc.integer({ min: 0, max: 50 }), (ns, n) => {
        const many = new Histogram();
        many.recordMany(ns, n);
        const one = histogramOf(new Array<number>(n).fill(ns));
        expect(many.toData()).toEqual(one.toData());
        expect(many.sumExactNs()).toBe(one.sumExactNs());
      }),
    );
  });

  it('comes back from its data', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const histogram = histogramOf(values);
        const back = Histogram.fromData(histogram.toData());
        expect(back.toData()).toEqual(histogram.toData());
        expect(back.sumExactNs()).toBe(histogram.sumExactNs());
      }),
    );
  });

  it('restores a snapshot, and running on changes neither', () => {
    fc.assert(
      fc.property(samples, samples, fc.constantFrom(1, 49_152), (before, after, valuesMax) => {
        const histogram = histogramOf(before, valuesMax);
        const snapshot = histogram.snapshot();
        const expected = histogram.toData();
        for (const value of after) histogram.record(value);
        const ranOn = histogram.toData();
        const fork = new Histogram(valuesMax);
        fork.restore(snapshot);
        expect(fork.toData()).toEqual(expected);
        for (const value of after) fork.record(value);
        expect(fork.toData()).toEqual(ranOn);
        expect(fork.sumExactNs()).toBe(histogram.sumExactNs());
        histogram.restore(snapshot);
        expect(histogram.toData()).toEqual(expected);
      }),
    );
  });
});

describe('Histogram of too many different values', () => {
  it('keeps totals exact and every rank within 1/1024 above the truth', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 3 }), (values, valuesMax) => {
        const histogram = histogramOf(values, valuesMax);
        const sorted = ascending(values);
        const large = new Set(values.filter((v) => v >= 65_536));
        expect(histogram.exact).toBe(large.size <= valuesMax);
        expect(histogram.count).toBe(sorted.length);
        expect(histogram.minNs).toBe(sorted[0]);
        expect(histogram.maxNs).toBe(sorted[sorted.length - 1]);
        expect(histogram.sumExactNs()).toBe(values.reduce((sum, v) => sum + BigInt(v), 0n));
        sorted.forEach((value, index) => {
          const at = histogram.valueAtRank(index + 1);
          expect(at).toBeGreaterThanOrEqual(value);
          expect(at - value).toBeLessThanOrEqual(value / 1024);
        });
      }),
    );
  });

  it('gives data that is true: ascending bounds, and counts that hold under each of them', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 3 }), (values, valuesMax) => {
        const { upperNs, counts } = histogramOf(values, valuesMax).toData();
        let total = 0;
        upperNs.forEach((upper, i) => {
          if (i > 0) expect(upper).toBeGreaterThan(upperNs[i - 1]);
          total += counts[i];
          expect(values.filter((v) => v <= upper).length).toBe(total);
        });
        expect(total).toBe(values.length);
      }),
    );
  });

  it('merges histograms of different budgets without losing a sample', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const merged = histogramOf(a, 2);
        merged.merge(histogramOf(b, 1));
        const all = [...a, ...b];
        const { upperNs, counts } = merged.toData();
        let total = 0;
        upperNs.forEach((upper, i) => {
          total += counts[i];
          expect(all.filter((v) => v <= upper).length).toBe(total);
        });
        expect(total).toBe(all.length);
        const large = (values: readonly number[]) => new Set(values.filter((v) => v >= 65_536));
        expect(merged.exact).toBe(large(all).size <= 2 && large(b).size <= 1);
      }),
    );
  });

  it('shows neither the order of its samples nor how they were split', () => {
    fc.assert(
      fc.property(samples, fc.nat(300), fc.integer({ min: 0, max: 99 }), (values, cut, most) => {
        const forward = histogramOf(values, most);
        expect(histogramOf([...values].reverse(), most).toData()).toEqual(forward.toData());
        const merged = histogramOf(values.slice(cut), most);
        merged.merge(histogramOf(values.slice(0, cut), most));
        expect(merged.toData()).toEqual(forward.toData());
        expect(merged.exact).toBe(forward.exact);
      }),
    );
  });
});

describe('Histogram at its edges', () => {
  it('counts 49,152 different values, and one more turns all of them to buckets', () => {
    const histogram = new Histogram();
    const latencyOf = (i: number) => 70_000 + i * 1_000_003;
    for (let i = 0; i < 49_152; i++) histogram.record(latencyOf(i));
    for (const i of [0, 1, 30_000, 49_151]) expect(histogram.valueAtRank(i + 1)).toBe(latencyOf(i));
    histogram.record(latencyOf(7));
    expect(histogram.exact).toBe(true);
    histogram.record(3);
    expect(histogram.exact).toBe(true);
    histogram.record(latencyOf(49_152));
    expect(histogram.exact).toBe(false);
    expect(histogram.count).toBe(49_155);
    expect(histogram.valueAtRank(1)).toBe(3);
    expect(histogram.valueAtRank(2)).toBeGreaterThanOrEqual(70_000);
    expect(histogram.valueAtRank(49_155)).toBe(latencyOf(49_152));
  });

  it('keeps a sum beyond 2^53 exact', () => {
    const histogram = new Histogram();
    const n = 9_000_000_000_000_000;
    histogram.recordMany(Number.MAX_SAFE_INTEGER, n);
    histogram.recordMany(1, 3);
    const sum = BigInt(Number.MAX_SAFE_INTEGER) * BigInt(n) + 3n;
    expect(histogram.sumExactNs()).toBe(sum);
    // M - 3 (M - 1) / (n + 3) with M = 2^53 - 1: three ones pull the mean down by 3.002 ns.
    expect(histogram.meanNs).toBe(Number.MAX_SAFE_INTEGER - 3);
  });

  it('adds one by one past 2^53 without losing a nanosecond', () => {
    const histogram = new Histogram();
    for (let i = 0; i < 5; i++) histogram.record(Number.MAX_SAFE_INTEGER);
    for (let i = 0; i < 7; i++) histogram.record(1);
    expect(histogram.sumExactNs()).toBe(5n * BigInt(Number.MAX_SAFE_INTEGER) + 7n);
  });

  it('refuses what is not a whole number of nanoseconds', () => {
    const histogram = new Histogram();
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => histogram.record(bad)).toThrow(RangeError);
      expect(() => histogram.recordMany(bad, 2)).toThrow(RangeError);
    }
    expect(() => histogram.recordMany(1, -1)).toThrow(RangeError);
    expect(() => histogram.valueAtRank(1)).toThrow(RangeError);
    expect(histogram.count).toBe(0);
    expect(histogram.toData()).toEqual({ exact: true, upperNs: [], counts: [] });
  });

  it('merges with itself', () => {
    const histogram = histogramOf([1, 2, 5_000_000]);
    histogram.merge(histogram);
    expect(histogram.toData().counts).toEqual([2, 2, 2]);
  });

  it('sees a new order after a restore to the same count', () => {
    const histogram = histogramOf([10]);
    const snapshot = histogramOf([20]).snapshot();
    expect(histogram.valueAtRank(1)).toBe(10);
    histogram.restore(snapshot);
    expect(histogram.valueAtRank(1)).toBe(20);
  });
});
