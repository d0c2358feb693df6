/**
 * Does what was observed meet a requirement? `met` speaks of the samples alone and guarantees
 * nothing; a percentile that the samples do not support has no verdict.
 */
import type { Histogram } from './histogram.js';
import { percentileRank, supportsPercentile } from './percentiles.js';
import type { RequirementResult, Unfinished } from './result.js';

/** `statistic` is `max` or a percentile without the p, as in `99.999`. */
export interface RequirementSpec {
  readonly statistic: string;
  readonly limitNs: number;
  readonly text: string;
}

const NONE_UNFINISHED: Unfinished = { count: 0, oldestNs: 0 };

/**
 * Judges one requirement. The maximum is the observed one, or the age of an activation that was
 * unfinished at the end if that is more than the limit; a percentile is the exact order statistic
 * (once the histogram is not exact: the upper end of its bucket, so `met` stays true). Without any
 * sample an unfinished activation beyond the limit fails a percentile too.
 * `lost` packets were never answered: a percentile tolerates as many as lie beyond it.
 * Throws a RangeError for a statistic that is neither `max` nor a percentile.
 *
 * @example judgeRequirement({ statistic: 'max', limitNs: 50_000, text: '...' }, histogram).verdict
 */
export function judgeRequirement(
  { statistic, limitNs, text }: RequirementSpec,
  histogram: Histogram,
  unfinished: Unfinished = NONE_UNFINISHED,
  lost = 0,
): RequirementResult {
  const ofSamples = observe(statistic, histogram);
  const counts = statistic === 'max' || histogram.count === 0;
  const late = counts && unfinished.oldestNs > limitNs;
  // A younger one may yet be finished in time: it says nothing.
  const observedNs = late ? Math.max(ofSamples ?? 0, unfinished.oldestNs) : ofSamples;
  if (observedNs === null) {
    return { text, statistic, limitNs, observedNs, verdict: 'not enough samples' };
  }
  const met = observedNs <= limitNs && !lossFails(statistic, histogram.count, lost);
  return { text, statistic, limitNs, observedNs, verdict: met ? 'met' : 'fails' };
}

/** A lost packet is later than any limit: one is too many for a maximum, a share for a percentile. */
function lossFails(statistic: string, count: number, lost: number): boolean {
  if (lost === 0) return false;
  return statistic === 'max' || percentileRank(statistic, count + lost) > count;
}

/**
 * True if the observed value of a verdict is the age of an unfinished activation, which is a lower
 * bound.
 */
export function isLowerBound(
  { observedNs }: RequirementResult,
  samples: { readonly count: number; readonly maxNs: number },
): boolean {
  return observedNs !== null && (samples.count === 0 || observedNs > samples.maxNs);
}

function observe(statistic: string, histogram: Histogram): number | null {
  if (statistic === 'max') return histogram.count > 0 ? histogram.maxNs : null;
  if (!supportsPercentile(statistic, histogram.count)) return null;
  return histogram.percentile(statistic);
}
