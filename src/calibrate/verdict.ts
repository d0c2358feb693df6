/**
 * What a swept prediction says about a published figure.
 *
 * An observation must lie inside the predicted interval. A claim (a limit, a direction, a factor) is
 * a range that the whole prediction must lie in. An interval whose ends differ by more than a factor
 * of three decides nothing, whatever it contains.
 */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export type Decision = 'hit' | 'miss' | 'undecided';

/** Widest ratio of ends that still decides something. */
export const WIDEST_RATIO = 3;

/** Microseconds as cyclictest and rtla print them: truncated. */
export function truncateToUs(ns: number): number {
  return Math.floor(ns / 1000);
}

/** Smallest interval around all values; throws if there is none. */
export function intervalOf(values: readonly number[]): Interval {
  if (values.length === 0) throw new Error('no values');
  return {
    low: values.reduce((least, value) => Math.min(least, value)),
    high: values.reduce((most, value) => Math.max(most, value)),
  };
}

/** True if the interval is too wide to decide. Judged before values are truncated. */
export function isTooWide({ low, high }: Interval): boolean {
  return high > WIDEST_RATIO * low;
}

const within = (inner: Interval, outer: Interval): boolean =>
  inner.low >= outer.low && inner.high <= outer.high;

const disjoint = (a: Interval, b: Interval): boolean => a.low > b.high || a.high < b.low;

/**
 * Published values against a prediction. `width` is the prediction before quantisation, which says
 * whether it decides anything.
 *
 * @example judgeObservation({ low: 5, high: 6 }, { low: 5, high: 7 }) // 'hit'
 */
export function judgeObservation(
  published: Interval,
  predicted: Interval,
  width: Interval = predicted,
): Decision {
  if (isTooWide(width)) return 'undecided';
  return within(published, predicted) ? 'hit' : 'miss';
}

/** A prediction against a claimed range; one that straddles its border is undecided. */
export function judgeClaim(claim: Interval, predicted: Interval): Decision {
  if (isTooWide(predicted)) return 'undecided';
  if (within(predicted, claim)) return 'hit';
  return disjoint(predicted, claim) ? 'miss' : 'undecided';
}
