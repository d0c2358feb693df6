/**
 * Confidence intervals of percentiles from order statistics: no distribution is assumed, only that
 * samples are independent. The number of samples at or below the true percentile is binomial, so
 * two ranks enclose it with a known probability (David and Nagaraja, Order Statistics, 7.1).
 *
 * Activations close in time are not independent where adaptive state or long interference couples
 * them: then the interval is too narrow.
 */
import { percentileShare } from './percentiles.js';
import type { HistogramData } from './result.js';
import type { PercentileInterval } from './tailResult.js';

/** Chance that the interval misses at each of its ends: 95 % in all. */
const MISS = 0.025;

/**
 * Ranks (from 1) of the order statistics that enclose the percentile with at least 95 %; `high` is
 * null where even the maximum does not.
 *
 * @example intervalRanks('50', 10) // { low: 2, high: 9 }
 */
export function intervalRanks(
  percentile: string,
  count: number,
): { readonly low: number; readonly high: number | null } {
  const { numerator, denominator } = percentileShare(percentile);
  const share = Number(numerator) / Number(denominator);
  const { first, weights, total } = binomialWeights(count, share);
  // P(B < low) <= MISS, with low as large as it can be.
  let sum = 0;
  let low = first;
  while (low - first < weights.length && sum + weights[low - first] <= MISS * total) {
    sum += weights[low - first];
    low++;
  }
  // P(B >= high) <= MISS, with high as small as it can be.
  sum = 0;
  let high = first + weights.length;
  while (high > first && sum + weights[high - 1 - first] <= MISS * total) {
    sum += weights[high - 1 - first];
    high--;
  }
  return { low: Math.max(1, low), high: high > count ? null : Math.max(1, high) };
}

/**
 * Weights of the binomial distribution around its mode, in units of the mode's; what is left out
 * weighs less than 1e-18 of it. Only a recurrence: exact for any count without logarithms.
 */
function binomialWeights(
  count: number,
  share: number,
): { first: number; weights: number[]; total: number } {
  const mode = Math.min(count, Math.floor((count + 1) * share));
  const odds = share / (1 - share);
  const up: number[] = [];
  let weight = 1;
  for (let k = mode; k < count && weight > 1e-18; k++) {
    weight *= ((count - k) / (k + 1)) * odds;
    up.push(weight);
  }
  const down: number[] = [];
  weight = 1;
  for (let k = mode; k > 0 && weight > 1e-18; k--) {
    weight *= k / (count - k + 1) / odds;
    down.push(weight);
  }
  const weights = [...down.reverse(), 1, ...up];
  return { first: mode - down.length, weights, total: weights.reduce((a, b) => a + b, 0) };
}

/** Intervals of the percentiles; entries of a thinned histogram widen them, never narrow. */
export function percentileIntervals(
  percentiles: readonly string[],
  histogram: HistogramData,
): PercentileInterval[] {
  const count = histogram.counts.reduce((a, b) => a + b, 0);
  if (count === 0) return [];
  return percentiles.map((percentile) => {
    const { low, high } = intervalRanks(percentile, count);
    return {
      percentile,
      lowNs: atRank(histogram, low, true),
      highNs: high === null ? null : atRank(histogram, high, false),
    };
  });
}

function atRank({ exact, upperNs, counts }: HistogramData, rank: number, lower: boolean): number {
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i];
    if (seen < rank) continue;
    return exact || !lower || i === 0 ? upperNs[i] : upperNs[i - 1];
  }
  return upperNs[upperNs.length - 1];
}
