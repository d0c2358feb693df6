/**
 * Which percentiles a number of samples supports, and which rank each one is. All arithmetic is on
 * the decimal text in integers: 99.999 of 300,000 samples is rank 299,997, never its neighbour.
 */

/** The percentiles that a summary prints where the samples suffice. */
export const DEFAULT_PERCENTILES: readonly string[] = [
  '50',
  '90',
  '99',
  '99.9',
  '99.99',
  '99.999',
  '99.9999',
];

/**
 * A percentile wants at least this many expected samples above it. With three, the chance that none
 * of N samples lies above the true value is below e^-3, about 5 %.
 */
const SAMPLES_ABOVE = 3n;

/** The share numerator / denominator, between 0 and 1. */
export interface PercentileShare {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * Reads a percentile as people write it, `99.999`. Throws a RangeError unless it is a plain decimal
 * above 0 and below 100 with at most 12 decimals.
 *
 * @example percentileShare('99.9') // 999 / 1000 as { numerator: 999n, denominator: 1000n }
 */
export function percentileShare(percentile: string | number): PercentileShare {
  const text = String(percentile);
  const match = /^([0-9]{1,2})(?:\.([0-9]{1,12}))?$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a percentile between 0 and 100`);
  const fraction = match[2] ?? '';
  const numerator = BigInt(match[1] + fraction);
  if (numerator === 0n) throw new RangeError('the percentile 0 is the minimum: ask for it');
  return { numerator, denominator: 100n * 10n ** BigInt(fraction.length) };
}

/**
 * Samples below which the percentile says nothing: 3 / (1 - p), rounded up.
 *
 * @example samplesNeeded('99.999') // 300000
 */
export function samplesNeeded(percentile: string | number): number {
  const { numerator, denominator } = percentileShare(percentile);
  const above = denominator - numerator;
  return Number((SAMPLES_ABOVE * denominator + above - 1n) / above);
}

/** True if `count` samples are enough to print this percentile as a number. */
export function supportsPercentile(percentile: string | number, count: number): boolean {
  return count >= samplesNeeded(percentile);
}

/**
 * Rank of the order statistic, from 1: the percentile is the smallest value with at least this many
 * samples at or below it. Asks nothing about support.
 *
 * @example percentileRank('50', 5) // 3
 */
export function percentileRank(percentile: string | number, count: number): number {
  const { numerator, denominator } = percentileShare(percentile);
  return Number((numerator * BigInt(count) + denominator - 1n) / denominator);
}
