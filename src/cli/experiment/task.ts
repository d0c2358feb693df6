/** One run of an experiment: a variant's plan under one seed with swept figures. */
import { type Factors, withFactors } from '../../calibrate/freeFigures.js';
import { type RunStatistics, statisticsOf } from '../../experiment/statistics.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { simulate } from '../../simulation/simulation.js';
import type { Job } from '../pool.js';
import { type EditedPlan, prepareEdited } from './variantPlan.js';

export interface ExperimentTask {
  readonly plan: EditedPlan;
  readonly factors: Factors;
  readonly seed: string;
  readonly activations?: number;
  readonly untilNs?: number;
}

let last: { readonly text: string; readonly plan: NormalizedPlan } | undefined;

function planOf(edited: EditedPlan): NormalizedPlan {
  if (last?.text === edited.text) return last.plan;
  const { plan } = prepareEdited(edited);
  if (plan === undefined) throw new Error(`${edited.file} was checked and is not valid`);
  last = { text: edited.text, plan };
  return plan;
}

/** The statistics of a task's run: a function of the task alone. */
export function runExperimentTask(task: ExperimentTask): RunStatistics {
  const nominal = planOf(task.plan);
  const plan = { ...nominal, platform: withFactors(nominal.platform, task.factors) };
  const result = simulate(plan, {
    seed: task.seed,
    untilNs: task.untilNs ?? Number.POSITIVE_INFINITY,
    activations: task.activations,
    worst: 1,
  });
  return statisticsOf(result);
}

/** Simulated time where only that ends a run; activations are 1 ms apart in most plans. */
const weightOf = ({ activations, untilNs }: ExperimentTask): number =>
  Math.min(activations ?? Number.POSITIVE_INFINITY, (untilNs ?? Number.POSITIVE_INFINITY) / 1e6);

export const EXPERIMENT_JOB: Job<ExperimentTask, RunStatistics> = {
  worker: new URL('./worker.js', import.meta.url),
  run: runExperimentTask,
  weight: weightOf,
};
