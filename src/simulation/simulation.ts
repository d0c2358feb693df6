/**
 * A run: builds the parts of a plan, advances them together, and gives the result. The result is a
 * function of plan, seed and limits; how it is sliced or interrupted changes nothing in it.
 */

import type { RunResult } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { type BuiltPart, buildPart } from './build.js';
import { CHECK_NS, givesUpAt } from './limits.js';
import { type Series, seriesOf } from './measurements.js';
import { independentParts } from './parts.js';
import { resultOf } from './runResult.js';
import {
  restoreSnapshot,
  type SimulationSnapshot,
  type SnapshotSource,
  takeSnapshot,
} from './snapshot.js';

export interface SimulationOptions {
  readonly seed: string;
  /** Simulated time at which the run ends, ns; Infinity: only `activations` ends it. */
  readonly untilNs: number;
  /** The run ends when every measured series has this many samples. */
  readonly activations?: number;
  /** Worst samples kept per workload; @defaultValue 10 */
  readonly worst?: number;
  /** Simulates by the plain engine: slow, and the oracle of the fast one. */
  readonly oracle?: boolean;
  /** Polling loops step through every empty visit: slow, and the oracle of the arithmetic. */
  readonly plainPolling?: boolean;
  /** Simulates everything as one part. */
  readonly whole?: boolean;
}

/** Fields of a simulation that are no part of where its run stands. */
const BUILT = ['parts', 'series', 'plan', 'options', 'untilNs', 'givesUpAtNs'];

/**
 * @example
 * const simulation = new Simulation(plan, { seed: '1', untilNs: 1e9 });
 * while (!simulation.advance(100_000));
 * simulation.result().workloads[0].latency.maxNs;
 */
export class Simulation {
  readonly parts: readonly BuiltPart[];
  readonly series: readonly Series[];
  private readonly plan: NormalizedPlan;
  private readonly options: SimulationOptions;
  private readonly untilNs: number;
  /** A starved workload never has its activations: then the run ends here, with what there is. */
  private readonly givesUpAtNs: number;
  /** All parts have reached this simulated time. */
  private reachedNs = 0;
  private targetNs: number;
  private nextPart = 0;
  private finished = false;

  constructor(plan: NormalizedPlan, options: SimulationOptions) {
    this.plan = plan;
    this.options = options;
    this.series = seriesOf(plan);
    const groups = independentParts(plan);
    const pcpus = options.whole ? [groups.flat().sort((a, b) => a - b)] : groups;
    const { seed, worst: worstKept = 10, oracle, plainPolling } = options;
    const build = { seed, worstKept, oracle, plainPolling };
    this.parts = pcpus
      .filter((part) => part.length > 0)
      .map((part) => buildPart(plan, part, this.series, build));
    this.untilNs = options.untilNs;
    this.givesUpAtNs = givesUpAt(plan, options.activations);
    this.targetNs = Math.min(CHECK_NS, this.untilNs);
  }

  /** Simulated time that all parts have reached, ns. */
  get nowNs(): number {
    return this.reachedNs;
  }

  /** Share of the run that is done, 0..1. */
  get progress(): number {
    if (this.finished) return 1;
    const time = Number.isFinite(this.untilNs) ? this.reachedNs / this.untilNs : 0;
    const { activations } = this.options;
    const samples = activations === undefined ? 0 : this.fewestSamples() / activations;
    return Math.min(1, Math.max(time, samples));
  }

  /** Runs about `maxEvents` events; true when the run has ended. */
  advance(maxEvents: number): boolean {
    let left = maxEvents;
    while (!this.finished && left > 0) {
      if (this.nextPart < this.parts.length) {
        const { m } = this.parts[this.nextPart];
        const before = m.events;
        if (m.run(this.targetNs, left)) {
          m.nowNs = this.targetNs;
          this.nextPart++;
        }
        left -= m.events - before + 1;
      } else {
        this.reachedNs = this.targetNs;
        this.nextPart = 0;
        const over = this.reachedNs >= this.untilNs || this.reachedNs >= this.givesUpAtNs;
        if (over || this.enoughSamples()) this.finished = true;
        else this.targetNs = Math.min(this.reachedNs + CHECK_NS, this.untilNs);
      }
    }
    return this.finished;
  }

  /** What was simulated so far; `complete` is false before the end. */
  result(): RunResult {
    return resultOf({
      plan: this.plan,
      parts: this.parts,
      series: this.series,
      seed: this.options.seed,
      simulatedNs: this.reachedNs,
      complete: this.finished,
      worstKept: this.options.worst ?? 10,
    });
  }

  /**
   * A copy of the whole state, for {@link restore}. The run goes on undisturbed. An attached trace
   * is no part of the state.
   */
  snapshot(): SimulationSnapshot {
    return takeSnapshot(this.snapshotSource());
  }

  /**
   * Goes back (or on) to a snapshot of this simulation, of one with the same plan and options, or
   * of a fork; any number of times. Throws a RangeError if it is of another run.
   */
  restore(snapshot: SimulationSnapshot): void {
    restoreSnapshot(this.snapshotSource(), snapshot);
  }

  /**
   * A second simulation in the same state. Neither disturbs the other, and both run on to the same
   * result. Building it costs as much as a new simulation; to try many futures, restore one fork.
   */
  fork(): Simulation {
    const fork = new Simulation(this.plan, this.options);
    fork.restore(this.snapshot());
    return fork;
  }

  private snapshotSource(): SnapshotSource {
    const { seed, untilNs, activations, worst, oracle, plainPolling, whole } = this.options;
    const ways = [oracle === true, plainPolling === true, whole === true];
    const options = [untilNs, activations ?? '', worst ?? 10, ...ways];
    return {
      run: `plan ${this.plan.hash}, seed ${seed}, options ${options.join(' ')}`,
      nowNs: this.reachedNs,
      owner: this,
      built: BUILT,
      machines: this.parts.map(({ m }) => m),
    };
  }

  private enoughSamples(): boolean {
    const { activations } = this.options;
    return activations !== undefined && this.fewestSamples() >= activations;
  }

  /** Samples of the timer-driven series with the fewest; busy loops have no activations. */
  private fewestSamples(): number {
    let fewest = Number.POSITIVE_INFINITY;
    this.series.forEach(({ workload }, index) => {
      if (
        workload.kind === 'oslat' ||
        workload.kind === 'busy' ||
        workload.kind === 'hwlatdetect'
      ) {
        return;
      }
      let count = 0;
      for (const { m } of this.parts) {
        m.measure.seriesOf.forEach((series, recorder) => {
          if (series === index) count += m.measure.recorders[recorder].histogram.count;
        });
      }
      fewest = Math.min(fewest, count);
    });
    return fewest === Number.POSITIVE_INFINITY ? 0 : fewest;
  }
}

/** Runs to the end in one call. */
export function simulate(plan: NormalizedPlan, options: SimulationOptions): RunResult {
  const simulation = new Simulation(plan, options);
  while (!simulation.advance(1_000_000));
  return simulation.result();
}
