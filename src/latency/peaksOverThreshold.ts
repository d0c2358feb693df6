/**
 * The tail beyond the samples: peaks over a threshold follow a generalized Pareto distribution if
 * the threshold is high and the samples are of one kind (Pickands 1975). Its two parameters come
 * from probability-weighted moments (Hosking and Wallis 1987). The threshold is the lowest of a few
 * at which the Kolmogorov-Smirnov distance is what the fitted distribution itself gives in at least
 * one in ten of resampled sets.
 *
 * An extrapolation knows no cause that the samples have not met: it never stands in for a witness
 * or a bound.
 */
import { RandomStreams } from '../base/random.js';
import { ln, power } from './elementary.js';
import type { HistogramData } from './result.js';
import type { TailFit, TailLevel } from './tailResult.js';

const THRESHOLD_COUNTS = [2000, 1000, 500, 200, 100, 50] as const;
/** A fit of fewer samples says nothing. */
const SAMPLES_MIN = 1000;
const RESAMPLES = 59;
const FITS_FROM = 0.1;

/** The best fit, or why there is none. */
export function fitTail(histogram: HistogramData, seed: string): TailFit | string {
  const { upperNs, counts } = histogram;
  const samples = counts.reduce((a, b) => a + b, 0);
  if (samples < SAMPLES_MIN) return `fewer than ${SAMPLES_MIN} samples`;
  let last: TailFit | undefined;
  for (const wanted of THRESHOLD_COUNTS) {
    if (wanted > samples / 10) continue;
    const excess = excessesOf(upperNs, counts, wanted);
    if (excess.valuesNs.length < 30) continue;
    const fit = fitExcesses(excess.thresholdNs, excess.valuesNs, samples, seed);
    if (fit === undefined) continue;
    if (fit.fits) return fit;
    last = fit;
  }
  return last ?? 'the largest samples are too few or all alike';
}

/** Samples above the largest threshold that leaves about `wanted` of them, ascending. */
function excessesOf(
  upperNs: readonly number[],
  counts: readonly number[],
  wanted: number,
): { thresholdNs: number; valuesNs: number[] } {
  let taken = 0;
  let at = counts.length;
  while (at > 1 && taken + counts[at - 1] <= wanted) taken += counts[--at];
  const thresholdNs = upperNs[at - 1];
  const valuesNs: number[] = [];
  for (let i = at; i < counts.length; i++) {
    for (let n = 0; n < counts[i]; n++) valuesNs.push(upperNs[i] - thresholdNs);
  }
  return { thresholdNs, valuesNs };
}

interface Pareto {
  readonly shape: number;
  readonly scale: number;
}

/** Probability-weighted moments of ascending values. */
function pareto(values: ArrayLike<number>): Pareto | undefined {
  const n = values.length;
  let mean = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    mean += values[i] / n;
    weighted += (values[i] * (1 - (i + 0.65) / n)) / n;
  }
  const spread = mean - 2 * weighted;
  if (!(spread > 0)) return undefined;
  return { shape: 2 - mean / spread, scale: (2 * mean * weighted) / spread };
}

/** Chance of the fitted distribution to exceed x. */
function survival({ shape, scale }: Pareto, x: number): number {
  if (shape > -1e-9 && shape < 1e-9) return power(Math.E, -x / scale);
  const base = 1 + (shape * x) / scale;
  return base <= 0 ? 0 : power(base, -1 / shape);
}

/** The x that is exceeded with chance q. */
function quantile({ shape, scale }: Pareto, q: number): number {
  if (shape > -1e-9 && shape < 1e-9) return -scale * ln(q);
  return (scale / shape) * (power(q, -shape) - 1);
}

function distance(values: ArrayLike<number>, fit: Pareto): number {
  const n = values.length;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const below = 1 - survival(fit, values[i]);
    worst = Math.max(worst, (i + 1) / n - below, below - i / n);
  }
  return worst;
}

function fitExcesses(
  thresholdNs: number,
  valuesNs: readonly number[],
  samples: number,
  seed: string,
): TailFit | undefined {
  const fit = pareto(valuesNs);
  if (fit === undefined) return undefined;
  const n = valuesNs.length;
  const goodness = resampled(fit, n, distance(valuesNs, fit), `${seed}/${thresholdNs}`);
  const rate = n / samples;
  const levels: TailLevel[] = [];
  for (let probability = 1; levels.length < 3 && probability > 1e-15; ) {
    probability = Number((probability / 10).toPrecision(1));
    // Only beyond what the samples show by themselves.
    if (probability * samples > 1) continue;
    levels.push({ probability, ns: Math.round(thresholdNs + quantile(fit, probability / rate)) });
  }
  const end = fit.shape < 0 ? thresholdNs - fit.scale / fit.shape : null;
  const fits = goodness >= FITS_FROM;
  return {
    thresholdNs,
    exceedances: n,
    samples,
    shape: Number(fit.shape.toPrecision(4)),
    scaleNs: Number(fit.scale.toPrecision(4)),
    endNs: end === null ? null : Math.round(end),
    goodness: Number(goodness.toPrecision(3)),
    fits,
    levels,
    warning: fits
      ? 'an extrapolation: causes that no sample has met are not in it'
      : 'the fit is poor: the tail is a mixture of causes, do not extrapolate',
  };
}

/** Share of sets drawn from the fit that lie at least as far from their own fits. */
function resampled(fit: Pareto, n: number, observed: number, seed: string): number {
  const streams = new RandomStreams(seed);
  const stream = streams.stream('peaks over threshold');
  const raw = new Uint32Array(n);
  let worse = 0;
  for (let set = 0; set < RESAMPLES; set++) {
    streams.fill(stream, raw);
    const values = Float64Array.from(raw, (u) => quantile(fit, (u + 0.5) / 4_294_967_296));
    values.sort((a, b) => a - b);
    const own = pareto(values);
    if (own === undefined || distance(values, own) >= observed) worse++;
  }
  return (worse + 1) / (RESAMPLES + 1);
}
