/** Where a search stands for one target: its best so far, what to try next, and its witness. */
import type { WorstSample } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { PartRun } from '../simulation/partRun.js';
import type { Candidate } from './candidate.js';
import type { ChainRunner, ChainTask } from './chain.js';
import { aroundObserved, startPoints } from './startPoints.js';
import type { Target } from './target.js';
import { type Witness, witnessOf } from './witness.js';

export const ROUNDS = 4;
export const CHAINS = 2;

/** The best of one target. */
export interface Standing {
  readonly target: Target;
  readonly runsPerChain: number;
  /** The worst sample of the observed run, if it is in this part. */
  readonly observed?: WorstSample;
  /** Absent: the observed sample is the best. */
  candidate?: Candidate;
  latencyNs: number;
  atNs: number;
  runs: number;
}

/** The chains of one round for a target. */
export function chainTasks(
  { target, runsPerChain, candidate, observed }: Standing,
  round: number,
  seed: string,
  runner: ChainRunner,
): ChainTask[] {
  const task = (name: string, start?: Candidate): ChainTask => ({
    target,
    name: `round ${round}/${name}`,
    start,
    runs: runsPerChain,
    seed,
  });
  if (round === 0) {
    const { space } = runner.of(target, seed);
    const starts = startPoints(space);
    const tasks = starts.map((start, i) => task(`start ${i}`, start));
    tasks.push({ ...task('blocked', starts[0]), blockers: true });
    if (observed === undefined) return tasks;
    const leadNs = Math.max(1_000, Math.floor(space.workload.intervalNs / 4));
    const { atNs, latencyNs } = observed;
    return [...tasks, task('observed', aroundObserved(atNs, latencyNs, leadNs))];
  }
  // Most chains go on from the best; one looks elsewhere.
  return Array.from({ length: CHAINS }, (_, i) =>
    task(`chain ${i}`, i === CHAINS - 1 ? undefined : candidate),
  );
}

/** The best of a target as a witness. */
export function standingWitness(
  plan: NormalizedPlan,
  runner: ChainRunner,
  { target, candidate, latencyNs, atNs }: Standing,
  seed: string,
): Witness {
  if (candidate !== undefined) {
    const traced = runner.of(target, seed).evaluator.trace(candidate, { latencyNs, atNs });
    return witnessOf(target, seed, candidate.undisturbedNs, traced);
  }
  const run = new PartRun(plan, target.pcpus, { seed });
  run.runTo(atNs);
  const found = { latencyNs, atNs, choices: [], fingerprint: run.fingerprint() };
  return witnessOf(target, seed, atNs, found);
}

/** The worst observed sample of a workload if it was in the part of this target. */
export function observedIn(
  plan: NormalizedPlan,
  target: Target,
  seed: string,
  sample: WorstSample | undefined,
): WorstSample | undefined {
  if (sample === undefined) return undefined;
  const run = new PartRun(plan, target.pcpus, { seed });
  run.runTo(sample.atNs);
  const worst = run.worst(target.workload)[0];
  const same = worst?.atNs === sample.atNs && worst.latencyNs === sample.latencyNs;
  return same ? sample : undefined;
}
