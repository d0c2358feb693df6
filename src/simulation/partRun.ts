/**
 * One part of a plan by itself: what a search for the worst case runs thousands of times. It is the
 * machine of a whole run, so a latency found here is one of the plan.
 */
import type { Law } from '../base/law.js';
import type { Choices, Dictation } from '../engine/choices.js';
import type { TraceSink } from '../engine/program.js';
import type { WorstSample } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { type BuiltPart, buildPart } from './build.js';
import type { SavedFields } from './columns.js';
import type { ArrivalSource } from './firstArrival.js';
import { seriesOf } from './measurements.js';
import { independentParts } from './parts.js';
import { fingerprintOf } from './runResult.js';
import { restoreMachine, saveMachine } from './snapshot.js';

export interface PartRunOptions {
  readonly seed: string;
  readonly choices?: Choices;
  /** Worst samples kept; @defaultValue 1 */
  readonly worst?: number;
  readonly oracle?: boolean;
}

/** A source of durations or distances and how many of its draws are taken. */
export interface DrawnSource {
  readonly path: string;
  readonly law: Law;
  readonly draws: number;
}

/** pCPUs of each part in which a workload has threads, ascending. */
export function partsOfWorkload(plan: NormalizedPlan, workload: string): number[][] {
  const one = plan.workloads.find(({ id }) => id === workload);
  if (one === undefined) throw new RangeError(`the plan has no workload ${workload}`);
  const guest = plan.guests.find(({ name }) => name === one.guest);
  const homes = one.cpus.flatMap((cpu) => guest?.vcpus[cpu].pcpus ?? [cpu]);
  return independentParts(plan).filter((part) => homes.some((pcpu) => part.includes(pcpu)));
}

/**
 * @example
 * const run = new PartRun(plan, partsOfWorkload(plan, 'plc')[0], { seed: '1' });
 * run.runTo(1e9);
 * run.worst('plc')[0].latencyNs;
 */
export class PartRun {
  readonly part: BuiltPart;
  private readonly seriesIds: readonly string[];

  constructor(plan: NormalizedPlan, pcpus: readonly number[], options: PartRunOptions) {
    const series = seriesOf(plan);
    this.seriesIds = series.map(({ id }) => id);
    this.part = buildPart(plan, pcpus, series, {
      seed: options.seed,
      worstKept: options.worst ?? 1,
      oracle: options.oracle,
      choices: options.choices,
    });
  }

  get events(): number {
    return this.part.m.events;
  }

  /** Runs up to and including `untilNs`, at most about `maxEvents`; true if it came that far. */
  runTo(untilNs: number, maxEvents = Number.POSITIVE_INFINITY): boolean {
    const { m } = this.part;
    if (!m.run(untilNs, maxEvents)) return false;
    m.nowNs = untilNs;
    return true;
  }

  /** From now on draws follow `choices`; see CostSources.dictate. */
  dictate(choices: Dictation | null): void {
    this.part.m.costs.dictate(choices);
  }

  drawn(): DrawnSource[] {
    return this.part.m.costs.drawn();
  }

  /** Numbers drawn once at the start, with their upper ends. */
  phases(): ReadonlyMap<string, number> {
    return this.part.m.costs.phases();
  }

  arrivals(): readonly ArrivalSource[] {
    return this.part.m.arrivals;
  }

  /** The worst samples of a series in this part, worst first. */
  worst(series: string): WorstSample[] {
    const recorder = this.recorderOf(series);
    return recorder < 0 ? [] : this.part.m.measure.recorders[recorder].worst();
  }

  /** Samples of a series in this part. */
  samples(series: string): number {
    const recorder = this.recorderOf(series);
    return recorder < 0 ? 0 : this.part.m.measure.recorders[recorder].histogram.count;
  }

  /** The first window in which latencies of a series are measured; see MeasureColumns. */
  firstWindow(series: string): number {
    const window = this.part.measurements.findIndex((one) => this.seriesIds[one.series] === series);
    if (window < 0) throw new RangeError(`no latency of ${series} is measured in this part`);
    return window;
  }

  /** What is still to be drawn comes from streams of another seed. */
  reseed(seed: string): void {
    this.part.m.costs.reseed(seed);
  }

  fingerprint(): string {
    return fingerprintOf([this.part]);
  }

  set trace(sink: TraceSink | null) {
    this.part.m.trace = sink;
  }

  snapshot(): SavedFields {
    return saveMachine(this.part.m);
  }

  /** Goes back to a snapshot of a run with the same plan, part, seed and options. */
  restore(snapshot: SavedFields): void {
    restoreMachine(this.part.m, snapshot);
  }

  private recorderOf(series: string): number {
    return this.part.m.measure.seriesOf.indexOf(this.seriesIds.indexOf(series));
  }
}
