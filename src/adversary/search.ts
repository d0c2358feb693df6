/**
 * The search for the worst case of every workload of a plan: rounds of chains, each round from the
 * best that the one before it found. The worst observed sample is there from the start, so the
 * answer is never below what was observed. The budget is a number of runs, not a time, and chains
 * depend on their task alone: the answer is the same however many of them run at once.
 *
 * Method: multi-start hill climbing over the sequences of candidate.ts.
 */
import type { RunResult, WorstSample } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { PartRun } from '../simulation/partRun.js';
import type { Candidate } from './candidate.js';
import { type ChainResult, ChainRunner, type ChainTask } from './chain.js';
import { aroundObserved, startPoints } from './startPoints.js';
import { type Target, targetsOf } from './target.js';
import { type Witness, witnessOf } from './witness.js';

export interface SearchOptions {
  readonly seed: string;
  /** Runs per workload. */
  readonly budget: number;
  /** Search for this workload alone. */
  readonly workload?: string;
}

const ROUNDS = 4;
const CHAINS = 4;

/** The best of one target. */
interface Standing {
  readonly target: Target;
  readonly runsPerChain: number;
  /** The worst sample of the observed run, if it is in this part. */
  readonly observed?: WorstSample;
  candidate?: Candidate;
  latencyNs: number;
  atNs: number;
  runs: number;
}

/** How far a search is. */
export interface SearchStanding {
  readonly workload: string;
  readonly observedNs: number | null;
  readonly witnessNs: number | null;
  readonly runs: number;
}

/**
 * @example
 * const search = new Search(plan, observed, { seed: '1', budget: 1000 });
 * for (let tasks = search.tasks(); tasks.length > 0; tasks = search.tasks()) {
 *   tasks.forEach((task, i) => search.offer(i, runner.run(task)));
 * }
 * search.witnesses();
 */
export class Search {
  private readonly standings: readonly Standing[];
  private readonly runner: ChainRunner;
  private round = 0;
  private present: ReadonlyArray<{ readonly task: ChainTask; readonly standing: Standing }> = [];
  /** Best of each task of the round so far. */
  private results: Array<ChainResult | undefined> = [];

  /** `observed` is the result of a run of the same plan and seed. */
  constructor(
    private readonly plan: NormalizedPlan,
    private readonly observed: RunResult,
    private readonly options: SearchOptions,
    runner = new ChainRunner(plan),
  ) {
    this.runner = runner;
    const targets = targetsOf(plan, options.workload);
    this.standings = targets.map((target) => {
      const parts = targets.filter(({ workload }) => workload === target.workload).length;
      return {
        target,
        runsPerChain: Math.max(1, Math.floor(options.budget / (parts * ROUNDS * CHAINS))),
        observed: this.observedIn(target),
        latencyNs: -1,
        atNs: 0,
        runs: 0,
      };
    });
    for (const standing of this.standings) {
      if (standing.observed === undefined) continue;
      standing.latencyNs = standing.observed.latencyNs;
      standing.atNs = standing.observed.atNs;
    }
  }

  /** The chains of the next round; empty when the search is over. Closes the round before. */
  tasks(): readonly ChainTask[] {
    this.close();
    if (this.round >= ROUNDS) return [];
    this.present = this.standings.flatMap((standing) =>
      this.tasksOf(standing).map((task) => ({ task, standing })),
    );
    this.results = this.present.map(() => undefined);
    this.round++;
    return this.present.map(({ task }) => task);
  }

  /** What the task of that number has found, so far or in the end. */
  offer(task: number, result: ChainResult): void {
    this.results[task] = result;
  }

  /** Runs of the engine that the whole search makes, and those it has made. */
  get progress(): { readonly done: number; readonly total: number } {
    let total = 0;
    let done = 0;
    for (const standing of this.standings) {
      total += standing.runsPerChain * (ROUNDS * CHAINS + (standing.observed ? 1 : 0));
      done += standing.runs;
    }
    for (const result of this.results) done += result?.runs ?? 0;
    return { done, total };
  }

  /** Best so far of each workload, in the order of the plan. */
  standing(): SearchStanding[] {
    return this.workloads().map((workload) => {
      const own = this.standings.filter(({ target }) => target.workload === workload);
      let bestNs = Math.max(...own.map(({ latencyNs }) => latencyNs));
      this.present.forEach(({ standing }, i) => {
        if (own.includes(standing)) {
          bestNs = Math.max(bestNs, this.results[i]?.found.latencyNs ?? -1);
        }
      });
      const runs = own.reduce((sum, one) => sum + one.runs, 0);
      const observedNs = this.observedOf(workload)?.latencyNs ?? null;
      return { workload, observedNs, witnessNs: bestNs < 0 ? null : bestNs, runs };
    });
  }

  /** The worst of each workload that has one, ready to be replayed. Closes the present round. */
  witnesses(): Witness[] {
    this.close();
    return this.workloads().flatMap((workload) => {
      let best: Standing | undefined;
      for (const standing of this.standings) {
        if (standing.target.workload !== workload || standing.latencyNs < 0) continue;
        if (best === undefined || standing.latencyNs > best.latencyNs) best = standing;
      }
      return best === undefined ? [] : [this.witness(best)];
    });
  }

  private workloads(): string[] {
    return [...new Set(this.standings.map(({ target }) => target.workload))];
  }

  private witness({ target, candidate, latencyNs, atNs }: Standing): Witness {
    const { seed } = this.options;
    const { evaluator } = this.runner.of(target, seed);
    if (candidate !== undefined) {
      const traced = evaluator.trace(candidate, { latencyNs, atNs });
      return witnessOf(target, seed, candidate.undisturbedNs, traced);
    }
    const run = new PartRun(this.plan, target.pcpus, { seed });
    run.runTo(atNs);
    const found = { latencyNs, atNs, choices: [], fingerprint: run.fingerprint() };
    return witnessOf(target, seed, atNs, found);
  }

  /** Takes the results of the round over; of equal ones the first task's. */
  private close(): void {
    this.present.forEach(({ standing }, i) => {
      const result = this.results[i];
      if (result === undefined) return;
      standing.runs += result.runs;
      if (result.candidate === undefined || result.found.latencyNs <= standing.latencyNs) return;
      standing.candidate = result.candidate;
      standing.latencyNs = result.found.latencyNs;
      standing.atNs = result.found.atNs;
    });
    this.present = [];
    this.results = [];
  }

  private tasksOf(standing: Standing): ChainTask[] {
    const { target, runsPerChain, candidate, observed } = standing;
    const { seed } = this.options;
    const task = (name: string, start?: Candidate): ChainTask => ({
      target,
      name: `round ${this.round}/${name}`,
      start,
      runs: runsPerChain,
      seed,
    });
    if (this.round === 0) {
      const { space } = this.runner.of(target, seed);
      const tasks = startPoints(space).map((start, i) => task(`start ${i}`, start));
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

  private observedOf(workload: string): WorstSample | undefined {
    return this.observed.workloads.find(({ id }) => id === workload)?.worst[0];
  }

  /** The worst observed sample of a workload if it was in the part of this target. */
  private observedIn(target: Target): WorstSample | undefined {
    const sample = this.observedOf(target.workload);
    if (sample === undefined) return undefined;
    const run = new PartRun(this.plan, target.pcpus, { seed: this.options.seed });
    run.runTo(sample.atNs);
    const worst = run.worst(target.workload)[0];
    const same = worst?.atNs === sample.atNs && worst.latencyNs === sample.latencyNs;
    return same ? sample : undefined;
  }
}

/** The whole search in one call. */
export function searchWorst(
  plan: NormalizedPlan,
  observed: RunResult,
  options: SearchOptions,
): Witness[] {
  const runner = new ChainRunner(plan);
  const search = new Search(plan, observed, options, runner);
  for (let tasks = search.tasks(); tasks.length > 0; tasks = search.tasks()) {
    tasks.forEach((task, i) => {
      search.offer(i, runner.run(task));
    });
  }
  return search.witnesses();
}
