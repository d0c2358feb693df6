/** Runs experiments: all variants under all seeds, and at all points of the sweep. */
import { type Factors, factorAt, freeFigures } from '../../calibrate/freeFigures.js';
import { latinHypercube, type SamplePoint } from '../../calibrate/latinHypercube.js';
import type { ExperimentRuns, VariantRuns } from '../../experiment/judge.js';
import type { RunStatistics } from '../../experiment/statistics.js';
import type { Platform } from '../../platform/platform.js';
import { runTasks } from '../pool.js';
import type { ExperimentFolder } from './folders.js';
import { EXPERIMENT_JOB, type ExperimentTask } from './task.js';
import { variantPlan } from './variantPlan.js';

/** Seed of the hypercube; runs at its points have seeds of their own. */
const SWEEP_SEED = 'sweep';

export interface RunExperimentsOptions {
  readonly workers: number;
  /** Done part of all runs, 0..1. */
  progress(done: number): void;
  readonly stop?: Promise<void>;
}

interface Planned {
  readonly tasks: readonly ExperimentTask[];
  /** Puts the outcomes of the tasks together. */
  collect(outcomes: readonly RunStatistics[]): ExperimentRuns;
}

/** Runs of each experiment in its place; undefined where a stop came first. */
export async function runExperiments(
  folders: readonly ExperimentFolder[],
  { workers, progress, stop }: RunExperimentsOptions,
): Promise<(ExperimentRuns | undefined)[]> {
  const planned = folders.map(planTasks);
  const tasks = planned.flatMap((one) => one.tasks);
  const total = tasks.reduce((sum, task) => sum + EXPERIMENT_JOB.weight(task), 0);
  const outcomes = await runTasks(tasks, EXPERIMENT_JOB, {
    workers,
    progress: (done) => progress(done / total),
    stop,
  });
  let from = 0;
  return planned.map(({ tasks: own, collect }) => {
    const mine = outcomes.slice(from, from + own.length);
    from += own.length;
    const complete = mine.filter((one) => one !== undefined);
    return complete.length === own.length ? collect(complete) : undefined;
  });
}

/** Factors of a platform at a point; a figure has the same position in every platform's range. */
function factorsAt(platform: Platform, point: SamplePoint): Factors {
  return Object.fromEntries(
    freeFigures(platform).map(({ name, range }) => [name, factorAt(range, point.get(name) ?? 0.5)]),
  );
}

function planTasks({ path, experiment }: ExperimentFolder): Planned {
  const { variants, seeds, run, sweep } = experiment;
  const plans = variants.map((variant) => variantPlan(path, variant));
  const axes = new Set(
    plans.flatMap(({ plan }) => freeFigures(plan.platform).map(({ name }) => name)),
  );
  const points = sweep.points === 0 ? [] : latinHypercube([...axes], sweep.points, SWEEP_SEED);
  const tasks: ExperimentTask[] = [];
  for (const { edited: plan } of plans) {
    for (const seed of seeds) tasks.push({ plan, factors: {}, seed, ...run });
  }
  const { activations, untilNs } = sweep;
  for (const { edited, plan } of plans) {
    points.forEach((point, i) => {
      const factors = factorsAt(plan.platform, point);
      tasks.push({ plan: edited, factors, seed: `${SWEEP_SEED}/${i}`, activations, untilNs });
    });
  }
  const nominalTasks = plans.length * seeds.length;
  const byVariant = (outcome: (variant: number) => RunStatistics): VariantRuns =>
    Object.fromEntries(variants.map(({ name }, i) => [name, outcome(i)]));
  return {
    tasks,
    collect: (outcomes) => ({
      nominal: seeds.map((_, s) => byVariant((v) => outcomes[v * seeds.length + s])),
      sweep: points.map((point, p) => ({
        factors: factorsAt(plans[0].plan.platform, point),
        runs: byVariant((v) => outcomes[nominalTasks + v * points.length + p]),
      })),
    }),
  };
}
