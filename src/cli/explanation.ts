/** What `isochron explain` says, as data and as text. */
import { type TimelineStep, timelineText } from '../adversary/timeline.js';
import { formatDuration } from '../base/units.js';
import type { WorstSample } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { printable } from './printDiagnostics.js';
import { alignColumns } from './table.js';

/** One variant of the plan under the same noise. */
export interface VariantRow {
  readonly name: string;
  /** null: nothing was completed. */
  readonly maxNs: number | null;
  readonly p99Ns: number | null;
}

export interface Explanation {
  readonly planName: string;
  readonly workload: string;
  readonly maxNs: number | null;
  readonly worst: WorstSample | null;
  readonly timeline: readonly TimelineStep[];
  /** What helps the maximum most first. */
  readonly whatIfs: readonly VariantRow[];
  readonly onion: readonly VariantRow[];
  readonly complete: boolean;
}

/** The steps of the worst sample of a run by chance alone. */
export async function worstTimeline(
  plan: NormalizedPlan,
  workload: string,
  seed: string,
  worst: WorstSample | undefined,
): Promise<TimelineStep[]> {
  if (worst === undefined) return [];
  const { observedIn } = await import('../adversary/standing.js');
  const { replayWitness } = await import('../adversary/replay.js');
  const { targetsOf } = await import('../adversary/target.js');
  const { timelineOf } = await import('../adversary/timeline.js');
  const { atNs, latencyNs } = worst;
  for (const { pcpus } of targetsOf(plan, workload)) {
    if (observedIn(plan, { workload, pcpus }, seed, worst) === undefined) continue;
    const chance = { workload, pcpus, seed, undisturbedNs: atNs, choices: [], endNs: atNs };
    const replay = replayWitness(plan, { ...chance, latencyNs, fingerprint: '' });
    return replay === undefined ? [] : timelineOf(replay.lines, atNs, latencyNs);
  }
  return [];
}

const time = (ns: number | null): string => (ns === null ? 'never done' : formatDuration(ns, 3));

const WHAT_IFS_SHOWN = 8;

function inWords({ attribution, latencyNs, atNs }: WorstSample): string {
  const sorted = attribution.map((share, order) => ({ ...share, order }));
  sorted.sort((a, b) => b.ns - a.ns || a.order - b.order);
  const parts = sorted
    .slice(0, 3)
    .map(
      ({ cause, ns }) =>
        `${printable(cause)} ${time(ns)} (${Math.round((100 * ns) / latencyNs)} %)`,
    );
  return `It ended at ${time(atNs)} of simulated time. Most of it: ${parts.join(', ')}.`;
}

export function explainText(explanation: Explanation): string {
  const { planName, workload, maxNs, worst, timeline, whatIfs, onion, complete } = explanation;
  const lines = [`${printable(planName)}, ${printable(workload)}: worst latency ${time(maxNs)}`];
  if (!complete) lines.push('Incomplete: interrupted.');
  if (worst !== null) lines.push(inWords(worst));
  let text = `${lines.join('\n')}\n`;
  if (timeline.length > 0) text += `\nStep by step:\n${printable(timelineText(timeline))}`;
  const helping = whatIfs.filter((row) => maxNs !== null && (row.maxNs ?? 0) < maxNs);
  if (whatIfs.length > 0) {
    text += '\nWhat if, under the same noise:\n';
    text += alignColumns(
      helping
        .slice(0, WHAT_IFS_SHOWN)
        .map(({ name, maxNs: after }) => [`  ${printable(name)}:`, time(maxNs), '->', time(after)]),
      [1, 3],
    );
    if (helping.length === 0) text += '  no single change lowers the worst latency\n';
  }
  if (onion.length > 0) {
    text += '\nLayer by layer, from an untuned host to this plan:\n';
    text += alignColumns(
      [
        ['', 'p99', 'max'],
        ...onion.map((row) => [
          `  ${row.name}`,
          row.p99Ns === null ? '-' : time(row.p99Ns),
          time(row.maxNs),
        ]),
      ],
      [1, 2],
    );
  }
  return text;
}
