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
import { type ChainResult, ChainRunner, type ChainTask } from './chain.js';
import {
  CHAINS,
  chainTasks,
  observedIn,
  ROUNDS,
  type Standing,
  standingWitness,
} from './standing.js';
import { targetsOf } from './target.js';
import type { Witness } from './witness.js';

export interface SearchOptions {
  readonly seed: string;
  /** Runs per workload. */
  readonly budget: number;
  /** Search for this workload alone. */
  readonly workload?: string;
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

  /** `observed` is the result of a run of the same plan and seed; without one none is there. */
  constructor(
    private readonly plan: NormalizedPlan,
    private readonly observed: RunResult | undefined,
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
        observed: observedIn(plan, target, options.seed, this.observedOf(target.workload)),
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
      chainTasks(standing, this.round, this.options.seed, this.runner).map((task) => ({
        task,
        standing,
      })),
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
      total += standing.runsPerChain * (ROUNDS * CHAINS + 1 + (standing.observed ? 1 : 0));
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
      return best === undefined
        ? []
        : [standingWitness(this.plan, this.runner, best, this.options.seed)];
    });
  }

  private workloads(): string[] {
    return [...new Set(this.standings.map(({ target }) => target.workload))];
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

  private observedOf(workload: string): WorstSample | undefined {
    return this.observed?.workloads.find(({ id }) => id === workload)?.worst[0];
  }
}

/** The whole search in one call; without a run it begins at the critical instants alone. */
export function searchWorst(
  plan: NormalizedPlan,
  observed: RunResult | undefined,
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
