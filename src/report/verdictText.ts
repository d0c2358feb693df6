/** What stands beside a verdict: the observed value, or what a verdict would need. */
import { formatDuration } from '../base/units.js';
import { samplesNeeded } from '../latency/percentiles.js';
import { isLowerBound } from '../latency/requirements.js';
import type {
  LostPackets,
  RequirementResult,
  RunResult,
  WorkloadResult,
} from '../latency/result.js';
import { countText, usText } from './figures.js';

/** @example observedText(requirement, workload) // "20.934 us", "at least 2,000.000 us: unfinished", "-" */
export function observedText(
  requirement: RequirementResult,
  { latency, packets }: WorkloadResult,
): string {
  const { observedNs, limitNs, verdict } = requirement;
  if (observedNs === null) return '-';
  const text = `${usText(observedNs)} us`;
  if (packets && hasLosses(packets.lost) && verdict === 'fails' && observedNs <= limitNs)
    return `${text}, packets lost`;
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

const hasLosses = (lost: LostPackets): boolean => PLACES.some(([place]) => lost[place] > 0);

const PLACES: ReadonlyArray<readonly [keyof LostPackets, string]> = [
  ['wire', "the device's queue"],
  ['ring', "the guest's ring"],
  ['socket', 'the socket'],
  ['send', 'the send queue'],
];

/** `3 in the guest's ring, 1 in the socket`; empty if none was lost. */
export function lostText(lost: LostPackets): string {
  return PLACES.filter(([place]) => lost[place] > 0)
    .map(([place, words]) => `${countText(lost[place])} at ${words}`)
    .join(', ');
}

/** A line for each workload that lost packets. */
export function lostLines(workloads: readonly WorkloadResult[]): string[] {
  return workloads.flatMap(({ id, packets }) => {
    const text = packets ? lostText(packets.lost) : '';
    if (!packets || text === '') return [];
    return [`${id}: packets lost of ${countText(packets.arrived)}: ${text}`];
  });
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
