/** What a search prints: observed and witness of each workload, requirements, causes of the worst. */
import { replayWitness } from '../../adversary/replay.js';
import type { SearchStanding } from '../../adversary/search.js';
import type { Witness } from '../../adversary/witness.js';
import { formatDuration } from '../../base/units.js';
import { VERSION } from '../../base/version.js';
import type { Share } from '../../latency/result.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { printable } from '../printDiagnostics.js';
import { alignColumns } from '../table.js';

export interface WorstRequirement {
  readonly text: string;
  readonly limitNs: number;
  /** `fails`: the witness is above the limit. `open`: no counter-example was found. */
  readonly verdict: 'fails' | 'open';
}

export interface WorstRow {
  readonly id: string;
  readonly observedNs: number | null;
  readonly witnessNs: number | null;
  /** Runs of the search. */
  readonly runs: number;
  readonly attribution: readonly Share[];
  readonly requirements: readonly WorstRequirement[];
}

export interface WorstReport {
  readonly version: string;
  readonly planName: string;
  readonly planHash: string;
  readonly seed: string;
  readonly budget: number;
  readonly complete: boolean;
  readonly workloads: readonly WorstRow[];
}

interface Outcome {
  readonly witnesses: readonly Witness[];
  readonly standing: readonly SearchStanding[];
  readonly complete: boolean;
}

export function worstReport(
  plan: NormalizedPlan,
  { witnesses, standing, complete }: Outcome,
  { seed, budget }: { seed: string; budget: number },
): WorstReport {
  const workloads = standing.map(({ workload, observedNs, runs }): WorstRow => {
    const witness = witnesses.find((one) => one.workload === workload);
    const sample = witness && replayWitness(plan, witness)?.sample;
    const witnessNs = witness?.latencyNs ?? null;
    const requirements = plan.requirements
      .filter((one) => one.workload === workload && one.statistic === 'max')
      .map(({ text, limitNs }): WorstRequirement => {
        const fails = witnessNs !== null && witnessNs > limitNs;
        return { text, limitNs, verdict: fails ? 'fails' : 'open' };
      });
    const attribution = sample?.attribution ?? [];
    return { id: workload, observedNs, witnessNs, runs, attribution, requirements };
  });
  const { name, hash } = plan;
  return { version: VERSION, planName: name, planHash: hash, seed, budget, complete, workloads };
}

const time = (ns: number | null): string => (ns === null ? '-' : formatDuration(ns, 3));

/** Largest causes first, as many as fit. */
function causes(attribution: readonly Share[], width: number): string[] {
  const sorted = attribution.map((share, order) => ({ ...share, order }));
  sorted.sort((a, b) => b.ns - a.ns || a.order - b.order);
  const totalNs = attribution.reduce((sum, { ns }) => sum + ns, 0);
  const shown = sorted.slice(0, 6).map(({ cause, ns }) => {
    const percent = Math.round((100 * ns) / Math.max(1, totalNs));
    return `    ${time(ns).padStart(10)}  ${String(percent).padStart(3)}%  ${printable(cause)}`;
  });
  const restNs = sorted.slice(6).reduce((sum, { ns }) => sum + ns, 0);
  if (restNs > 0) shown.push(`    ${time(restNs).padStart(10)}        everything else`);
  return shown.map((line) => line.slice(0, width));
}

export function worstText(report: WorstReport, width: number): string {
  const { planName, seed, budget, complete, workloads } = report;
  const lines = [
    `Worst case of ${printable(planName)}, seed ${printable(seed)}, ${budget} runs per workload`,
  ];
  if (!complete) lines.push('Incomplete: interrupted. The best so far:');
  const rows = workloads.map(({ id, observedNs, witnessNs }) => {
    const factor =
      observedNs === null || witnessNs === null || observedNs === 0
        ? ''
        : `${(witnessNs / observedNs).toFixed(1)}x`;
    return [printable(id), time(observedNs), time(witnessNs), factor];
  });
  const table = alignColumns([['workload', 'observed', 'witness', ''], ...rows], [1, 2, 3]);
  lines.push('', ...table.trimEnd().split('\n'));
  for (const { id, attribution, requirements, witnessNs } of workloads) {
    lines.push('');
    if (witnessNs === null) {
      lines.push(`${printable(id)}: no activation was ever completed, so there is no latency`);
      continue;
    }
    lines.push(`${printable(id)}: where the worst ${time(witnessNs)} go`);
    lines.push(...causes(attribution, width));
    for (const { text, verdict } of requirements) {
      const words =
        verdict === 'fails' ? 'fails: the witness is above it' : 'open: no counter-example';
      lines.push(`    ${printable(text)}: ${words}`);
    }
  }
  lines.push('', 'A witness is a lower bound of the worst case: it happens in the model as it is.');
  return `${lines.join('\n')}\n`;
}
