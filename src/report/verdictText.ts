/** What stands beside a verdict: the observed value, or what a verdict would need. */
import { formatDuration } from '../base/units.js';
import { samplesNeeded } from '../latency/percentiles.js';
import { isLowerBound } from '../latency/requirements.js';
import type { RequirementResult, RunResult, WorkloadResult } from '../latency/result.js';
import { countText, usText } from './figures.js';

/** @example observedText(requirement, workload) // "20.934 us", "at least 2,000.000 us: unfinished", "-" */
export function observedText(requirement: RequirementResult, { latency }: WorkloadResult): string {
  const { observedNs } = requirement;
  if (observedNs === null) return '-';
  const text = `${usText(observedNs)} us`;
  return isLowerBound(requirement, latency) ? `at least ${text}: unfinished` : text;
}

/**
 * How many samples a verdict takes, and how long a run that is at the pace of this one; empty where
 * there is a verdict.
 *
 * @example "needs 300,000 samples, about 5min: --activations 300000"
 */
export function neededText(
  { statistic, verdict }: RequirementResult,
  { latency }: WorkloadResult,
  { simulatedNs }: RunResult,
): string {
  if (verdict !== 'not enough samples') return '';
  const samples = statistic === 'max' ? 1 : samplesNeeded(statistic);
  const words = `needs ${countText(samples)} ${samples === 1 ? 'sample' : 'samples'}`;
  if (latency.count === 0) return `${words}, has none`;
  const spanNs = Math.ceil((simulatedNs / latency.count) * samples);
  return `${words}, about ${formatDuration(spanNs, 1)} simulated: --activations ${samples}`;
}

/**
 * A line for each workload whose oldest unfinished activation is later than all its samples; a
 * younger one is ordinary at the end of any run.
 */
export function unfinishedLines(workloads: readonly WorkloadResult[]): string[] {
  return workloads.flatMap(({ id, latency, unfinished: { count, oldestNs } }) => {
    if (count === 0 || (latency.count > 0 && oldestNs <= latency.maxNs)) return [];
    const what = count === 1 ? '1 activation unfinished' : `${count} activations unfinished`;
    return [`${id}: ${what} at the end, at least ${formatDuration(oldestNs)} late`];
  });
}
