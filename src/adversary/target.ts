/** What a search is after: the latency of one workload in one part of the plan. */
import { isConstant } from '../base/law.js';
import type { NormalizedPlan, WorkloadPlan } from '../plan/normalized.js';
import type { ArrivalSource } from '../simulation/firstArrival.js';
import { PartRun, partsOfWorkload } from '../simulation/partRun.js';
import type { DurationSource } from './candidate.js';

export interface Target {
  readonly workload: string;
  /** pCPUs of the part. */
  readonly pcpus: readonly number[];
}

/** Every part of every workload (or of the one asked for), in the order of the plan. */
export function targetsOf(plan: NormalizedPlan, only?: string): Target[] {
  return plan.workloads
    .filter(({ id }) => only === undefined || id === only)
    .flatMap(({ id }) => partsOfWorkload(plan, id).map((pcpus) => ({ workload: id, pcpus })));
}

/** What can be chosen in the part of a target. */
export interface ChoiceSpace {
  readonly workload: WorkloadPlan;
  readonly durations: readonly DurationSource[];
  readonly arrivals: readonly ArrivalSource[];
  /** Arrivals that can be moved, and are not the target's own. */
  readonly movable: readonly ArrivalSource[];
  /** Releases of the target's threads. */
  readonly own: readonly ArrivalSource[];
}

export function choiceSpace(plan: NormalizedPlan, target: Target, seed: string): ChoiceSpace {
  const workload = plan.workloads.find(({ id }) => id === target.workload);
  if (workload === undefined) throw new RangeError(`no workload ${target.workload}`);
  const run = new PartRun(plan, target.pcpus, { seed, worst: 0 });
  const arrivals = run.arrivals();
  const distances = new Set(arrivals.map(({ path }) => `${path}/every`));
  const owner = workload.guest === undefined ? 'host' : `guest/${workload.guest}`;
  const isOwn = (path: string): boolean => path.startsWith(`${owner}/workload/${workload.id}/`);
  return {
    workload,
    durations: run
      .drawn()
      .filter(({ path, law }) => !isConstant(law) && !distances.has(path))
      .map(({ path, law }) => ({ path, law })),
    arrivals,
    movable: arrivals.filter((source) => !isOwn(source.path) && canMove(source)),
    own: arrivals.filter(({ path }) => isOwn(path)),
  };
}

const canMove = ({ phaseBelowNs, every }: ArrivalSource): boolean =>
  phaseBelowNs > 1 || !isConstant(every);

/**
 * Shortest distance of a source that a search dictates. Memoryless arrivals have none: a burst of
 * them is limited by its probability alone, and any latency could be had. The search keeps to
 * distances that at least one in a hundred exceeds from below.
 */
export function shortestNs({ every }: ArrivalSource): number {
  const first = every.quantiles[0];
  return every.minNs <= 1 && first !== undefined && first.p <= 0.01 ? first.ns : every.minNs;
}
