/**
 * Does what was observed meet a requirement? `met` speaks of the samples alone and guarantees
 * nothing; a percentile that the samples do not support has no verdict.
 */
import type { Histogram } from './histogram.js';
import { supportsPercentile } from './percentiles.js';
import type { RequirementResult } from './result.js';

/** `statistic` is `max` or a percentile without the p, as in `99.999`. */
export interface RequirementSpec {
  readonly statistic: string;
  readonly limitNs: number;
  readonly text: string;
}

/**
 * Judges one requirement. The maximum is the observed one; a percentile is the exact order
 * statistic (once the histogram is not exact: the upper end of its bucket, so `met` stays true).
 * Throws a RangeError for a statistic that is neither `max` nor a percentile.
 *
 * @example judgeRequirement({ statistic: 'max', limitNs: 50_000, text: '...' }, histogram).verdict
 */
export function judgeRequirement(
  { statistic, limitNs, text }: RequirementSpec,
  histogram: Histogram,
): RequirementResult {
  const observedNs = observe(statistic, histogram);
  if (observedNs === null) {
    return { text, statistic, limitNs, observedNs, verdict: 'not enough samples' };
  }
  return { text, statistic, limitNs, observedNs, verdict: observedNs <= limitNs ? 'met' : 'fails' };
}

function observe(statistic: string, histogram: Histogram): number | null {
  if (statistic === 'max') return histogram.count > 0 ? histogram.maxNs : null;
  if (!supportsPercentile(statistic, histogram.count)) return null;
  return histogram.percentile(statistic);
}
