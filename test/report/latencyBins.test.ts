import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';
import { exceedancePoints } from '../../src/report/exceedance.js';
import { binLatencies } from '../../src/report/latencyBins.js';

const data = fc
  .array(
    fc.tuple(
      fc.oneof(fc.nat(3_000), fc.nat(2_000_000_000), fc.nat(Number.MAX_SAFE_INTEGER)),
      fc.integer({ min: 1, max: 1_000_000 }),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((entries) => {
    const histogram = new Histogram();
    for (const [ns, n] of entries) histogram.recordMany(ns, n);
    return histogram.toData();
  });

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

describe('binLatencies', () => {
  it('keeps every sample in its bin, the minimum in the first and the maximum in the last', () => {
    fc.assert(
      fc.property(data, fc.boolean(), fc.nat(5_000_000), (histogram, log, limitNs) => {
        const { upperNs, counts } = histogram;
        const minNs = upperNs[0];
        const maxNs = upperNs[upperNs.length - 1];
        const axis = { fromNs: Math.min(minNs, limitNs), toNs: Math.max(maxNs, limitNs), log };
        const bins = binLatencies(histogram, axis);
        expect(bins.length).toBeLessThanOrEqual(1_000);
        expect(minNs).toBeGreaterThanOrEqual(bins[0].fromNs);
        expect(minNs).toBeLessThan(bins[0].toNs);
        expect(maxNs).toBeLessThan(bins[bins.length - 1].toNs);
        expect(total(bins.map(({ count }) => count))).toBe(total(counts));
        bins.forEach(({ fromNs, toNs, count }, i) => {
          if (i > 0) expect(fromNs).toBeGreaterThanOrEqual(bins[i - 1].toNs);
          const inside = counts.filter((_, e) => upperNs[e] >= fromNs && upperNs[e] < toNs);
          expect(count).toBe(total(inside));
        });
      }),
    );
  });

  it('makes linear bins of round width', () => {
    const histogram = { exact: true, upperNs: [1_003, 1_499, 3_000], counts: [1, 2, 3] };
    const axis = { fromNs: 1_003, toNs: 3_000, log: false };
    expect(binLatencies(histogram, axis)).toEqual([
      { fromNs: 1_000, toNs: 1_020, count: 1 },
      { fromNs: 1_480, toNs: 1_500, count: 2 },
      { fromNs: 3_000, toNs: 3_020, count: 3 },
    ]);
  });
});

describe('exceedancePoints', () => {
  it('are true, start at 1 and end at the maximum', () => {
    fc.assert(
      fc.property(data, (histogram) => {
        const { upperNs, counts } = histogram;
        const points = exceedancePoints(histogram);
        expect(points[0]).toEqual({ ns: upperNs[0], share: 1 });
        expect(points[points.length - 1].ns).toBe(upperNs[upperNs.length - 1]);
        for (const { ns, share } of points) {
          const atOrAbove = total(counts.filter((_, i) => upperNs[i] >= ns));
          expect(share).toBe(atOrAbove / total(counts));
        }
      }),
    );
  });

  it('stay few, and close to what they leave out', () => {
    const upperNs = Array.from({ length: 50_000 }, (_, i) => 2_000 + i);
    const counts = upperNs.map((_, i) => 1 + (i % 7));
    const points = exceedancePoints({ exact: true, upperNs, counts });
    expect(points.length).toBeLessThanOrEqual(800);
    expect(points.length).toBeGreaterThan(300);
    expect(points[0].ns).toBe(2_000);
    expect(points[points.length - 1].ns).toBe(51_999);
    for (let i = 1; i < points.length - 1; i++) {
      const near = points[i].share / points[i - 1].share;
      expect(points[i].ns / points[i - 1].ns < 1.05 || near > 0.95).toBe(true);
    }
  });
});
