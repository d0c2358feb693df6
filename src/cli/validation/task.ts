/** One run of a validation: a shipped plan with edits, swept figures and a seed. */
import { fileURLToPath } from 'node:url';
import { DiagnosticsError } from '../../base/diagnostics.js';
import { type Factors, withFactors } from '../../calibrate/freeFigures.js';
import type { LatencySummary } from '../../latency/result.js';
import { applyEdits, type Patch } from '../../plan/edit.js';
import { preparePlan } from '../../plan/load.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { simulate } from '../../simulation/simulation.js';
import { hasErrors, tryLoadPlan } from '../loadPlan.js';
import { platformNames, platformText } from '../packageFiles.js';

export interface RunTask {
  /** Name of a plan in models/plans. */
  readonly plan: string;
  readonly edits: readonly Patch[];
  readonly factors: Factors;
  readonly seed: string;
  readonly activations: number;
}

/** Statistics by workload. */
export type RunSummary = Readonly<Record<string, Omit<LatencySummary, 'percentiles'>>>;

const PLANS = fileURLToPath(new URL('../../../models/plans/', import.meta.url));

/** A shipped plan with edits applied; throws a DiagnosticsError. */
export function editedPlan(name: string, edits: readonly Patch[]): NormalizedPlan {
  const file = `${PLANS}${name}.yaml`;
  let prepared = tryLoadPlan(file);
  if (edits.length > 0 && prepared.document && !hasErrors(prepared.diagnostics)) {
    const text = JSON.stringify(applyEdits(prepared.document, edits));
    prepared = preparePlan(`${PLANS}${name}.edited.json`, {
      readText: () => text,
      platformText: (platform) => platformText(platform, PLANS),
      platformNames,
    });
  }
  if (!prepared.plan) throw new DiagnosticsError(prepared.diagnostics);
  return prepared.plan;
}

const plans = new Map<string, NormalizedPlan>();

function planOf({ plan, edits }: RunTask): NormalizedPlan {
  const key = JSON.stringify([plan, edits]);
  const known = plans.get(key);
  if (known) return known;
  const loaded = editedPlan(plan, edits);
  plans.set(key, loaded);
  return loaded;
}

/** The run of a task: a function of the task alone. */
export function runTask(task: RunTask): RunSummary {
  const nominal = planOf(task);
  const plan = { ...nominal, platform: withFactors(nominal.platform, task.factors) };
  const result = simulate(plan, {
    seed: task.seed,
    untilNs: Number.POSITIVE_INFINITY,
    activations: task.activations,
    worst: 0,
  });
  return Object.fromEntries(
    result.workloads.map(({ id, latency: { count, minNs, meanNs, maxNs } }) => [
      id,
      { count, minNs, meanNs, maxNs },
    ]),
  );
}
