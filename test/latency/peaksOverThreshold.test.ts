import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/base/random.js';
import { fitTail } from '../../src/latency/peaksOverThreshold.js';
import type { HistogramData } from '../../src/latency/result.js';
import type { TailFit } from '../../src/latency/tailResult.js';

/** Values of u in (0, 1) as one histogram. */
function histogram(n: number, value: (u: number) => number): HistogramData {
  const streams = new RandomStreams('11');
  const raw = new Uint32Array(n);
  streams.fill(streams.stream('u'), raw);
  const values = [...raw].map((u) => Math.round(value((u + 0.5) / 4_294_967_296)));
  const counts = new Map<number, number>();
  for (const ns of values) counts.set(ns, (counts.get(ns) ?? 0) + 1);
  const upperNs = [...counts.keys()].sort((a, b) => a - b);
  return { exact: true, upperNs, counts: upperNs.map((ns) => counts.get(ns) ?? 0) };
}

const fitted = (data: HistogramData): TailFit => {
  const fit = fitTail(data, '1');
  if (typeof fit === 'string') throw new Error(fit);
  return fit;
};

describe('peaks over a threshold', () => {
  it('find an exponential tail and go on with it', () => {
    const fit = fitted(histogram(50_000, (u) => 1000 - 10_000 * Math.log(u)));
    expect(fit.fits).toBe(true);
    expect(fit.shape).toBeGreaterThan(-0.15);
    expect(fit.shape).toBeLessThan(0.15);
    for (const { probability, ns } of fit.levels) {
      const truth = 1000 - 10_000 * Math.log(probability);
      expect(ns / truth).toBeGreaterThan(0.8);
      expect(ns / truth).toBeLessThan(1.3);
    }
    expect(fit.warning).toContain('extrapolation');
  });

  it('find that a tail ends, and about where', () => {
    const fit = fitted(histogram(50_000, (u) => 100_000 * (1 - u ** 0.5)));
    expect(fit.shape).toBeLessThan(-0.2);
    expect((fit.endNs ?? 0) / 100_000).toBeGreaterThan(0.9);
    expect((fit.endNs ?? 0) / 100_000).toBeLessThan(1.15);
  });

  it('find a heavy tail', () => {
    expect(fitted(histogram(50_000, (u) => 1000 * u ** -0.3)).shape).toBeGreaterThan(0.15);
  });

  it('say that a mixture does not fit', () => {
    // One sample in twenty lies far away from the others, all alike.
    const mixture = histogram(50_000, (u) => (u < 0.05 ? 500_000 + 100 * u : 1000 * u));
    const fit = fitTail(mixture, '1');
    const poor = typeof fit === 'string' || !fit.fits || fit.thresholdNs >= 500_000;
    expect(poor).toBe(true);
    const two = histogram(50_000, (u) => (u < 0.002 ? 500_000 : -10_000 * Math.log(u)));
    const second = fitTail(two, '1');
    expect(typeof second === 'string' || !second.fits).toBe(true);
  });

  it('refuse too few samples', () => {
    expect(
      fitTail(
        histogram(100, (u) => 1000 * u),
        '1',
      ),
    ).toContain('fewer than');
  });
});
