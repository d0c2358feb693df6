/**
 * Everything one workload measures: the histogram, ns per cause over the run, and the worst samples
 * with their breakdown. Each sample's causes must sum to its latency to the nanosecond; one that
 * does not is a defect of a mechanism and stops the run.
 */
import { InvariantError } from '../base/invariant.js';
import { Histogram } from './histogram.js';
import { DEFAULT_PERCENTILES } from './percentiles.js';
import { judgeRequirement, type RequirementSpec } from './requirements.js';
import type { LatencySummary, WorkloadResult, WorstSample } from './result.js';
import { WorstSamples, type WorstSamplesSnapshot } from './worstSamples.js';

const WAITING = 64;

export interface RecorderOptions {
  /** Name of each cause; its index is the cause's id. */
  readonly causeNames: readonly string[];
  /** Named in the error of a broken attribution. */
  readonly seed: string;
  /** How many worst samples to keep; @defaultValue 10 */
  readonly worstKept?: number;
  /** Different latencies from 64 us on that the histogram counts exactly. */
  readonly valuesMax?: number;
}

export interface RecorderSnapshot {
  readonly histogram: Histogram;
  readonly worst: WorstSamplesSnapshot;
  readonly causeTotalsNs: Float64Array;
}

/**
 * @example
 * const recorder = new LatencyRecorder({ causeNames: ['exit', 'entry'], seed: '1' });
 * recorder.record(1_500, 10_000, Float64Array.of(900, 600));
 */
export class LatencyRecorder {
  readonly #histogram: Histogram;
  /** Not counted yet: many at once are several times cheaper. */
  readonly #waitingNs = new Float64Array(WAITING);
  #waiting = 0;
  readonly #causeNames: readonly string[];
  readonly #seed: string;
  readonly #worst: WorstSamples;
  /** ns per cause id over all samples. Exact up to 2^53 ns of latency in sum: 104 days. */
  readonly causeTotalsNs: Float64Array;
  readonly #causes: Int32Array;
  readonly #partsNs: Float64Array;

  constructor({ causeNames, seed, worstKept = 10, valuesMax }: RecorderOptions) {
    this.#histogram = new Histogram(valuesMax);
    this.#causeNames = causeNames;
    this.#seed = seed;
    this.#worst = new WorstSamples(worstKept, causeNames.length);
    this.causeTotalsNs = new Float64Array(causeNames.length);
    this.#causes = new Int32Array(causeNames.length);
    this.#partsNs = new Float64Array(causeNames.length);
  }

  /** All samples so far. */
  get histogram(): Histogram {
    for (let i = 0; i < this.#waiting; i++) this.#histogram.record(this.#waitingNs[i]);
    this.#waiting = 0;
    return this.#histogram;
  }

  /**
   * One sample: its latency, the simulated time at which it ended, and ns per cause id. The array
   * is read, not kept. Throws an InvariantError unless the parts sum to the latency; the recorder
   * is of no use after that.
   */
  record(latencyNs: number, atNs: number, causeNs: Float64Array): void {
    let count = 0;
    let sound = causeNs.length === this.causeTotalsNs.length;
    for (let cause = 0; cause < causeNs.length; cause++) {
      if (causeNs[cause] === 0) continue;
      if (!(causeNs[cause] >= 0)) sound = false;
      this.#causes[count] = cause;
      this.#partsNs[count++] = causeNs[cause];
    }
    if (!sound) throw this.#broken(latencyNs, atNs, this.#causes, this.#partsNs, count);
    this.recordParts(latencyNs, atNs, this.#causes, this.#partsNs, count);
  }

  /** As {@link record}, with the `count` causes that have a share, in their order on the path. */
  recordParts(
    latencyNs: number,
    atNs: number,
    causes: Int32Array,
    partsNs: Float64Array,
    count: number,
  ): void {
    const totals = this.causeTotalsNs;
    let sum = 0;
    // One pass for check and totals: this runs for every sample of a run.
    for (let i = 0; i < count; i++) {
      sum += partsNs[i];
      totals[causes[i]] += partsNs[i];
    }
    if (sum !== latencyNs) throw this.#broken(latencyNs, atNs, causes, partsNs, count);
    this.#count(latencyNs);
    this.#worst.offer(latencyNs, atNs, causes, partsNs, count);
  }

  /** True if a sample is among the worst so far, so that its breakdown is needed. */
  wantsBreakdown(latencyNs: number, atNs: number): boolean {
    return this.#worst.wants(latencyNs, atNs);
  }

  /** One sample that is not among the worst: its causes, `sumNs`, are in `causeTotalsNs` already. */
  recordCharged(latencyNs: number, atNs: number, sumNs: number): void {
    if (sumNs !== latencyNs) throw this.#brokenSum(latencyNs, atNs, `${sumNs}`);
    this.#count(latencyNs);
  }

  /** Numbers of the summary; 0 where there is no sample, and only supported percentiles. */
  summary(percentiles: readonly string[] = DEFAULT_PERCENTILES): LatencySummary {
    const { count, minNs, meanNs, maxNs } = this.histogram;
    const supported: Record<string, number> = {};
    for (const percentile of percentiles) {
      const ns = this.histogram.percentile(percentile);
      if (ns !== null) supported[percentile] = ns;
    }
    return { count, minNs, meanNs, maxNs, percentiles: supported };
  }

  /** ns per cause over all samples, causes without a share left out. */
  causes(): Record<string, number> {
    // Causes carry names of threads and devices: `__proto__` must be a name like any other.
    const totals: Record<string, number> = Object.create(null);
    this.#causeNames.forEach((name, cause) => {
      const ns = this.causeTotalsNs[cause];
      if (ns > 0) totals[name] = (totals[name] ?? 0) + ns;
    });
    return totals;
  }

  /** Worst first. */
  worst(): WorstSample[] {
    return this.#worst.toResult(this.#causeNames);
  }

  /** All of it as one workload of a RunResult. */
  toWorkloadResult(
    id: string,
    title: string,
    requirements: readonly RequirementSpec[] = [],
  ): WorkloadResult {
    return {
      id,
      title,
      latency: this.summary(),
      unfinished: { count: 0, oldestNs: 0 },
      causes: this.causes(),
      worst: this.worst(),
      requirements: requirements.map((spec) => judgeRequirement(spec, this.histogram)),
      histogram: this.histogram.toData(),
    };
  }

  snapshot(): RecorderSnapshot {
    return {
      histogram: this.histogram.snapshot(),
      worst: this.#worst.snapshot(),
      causeTotalsNs: this.causeTotalsNs.slice(),
    };
  }

  restore(snapshot: RecorderSnapshot): void {
    this.#waiting = 0;
    this.#histogram.restore(snapshot.histogram);
    this.#worst.restore(snapshot.worst);
    this.causeTotalsNs.set(snapshot.causeTotalsNs);
  }

  #count(latencyNs: number): void {
    this.#waitingNs[this.#waiting++] = latencyNs;
    if (this.#waiting === WAITING) void this.histogram;
  }

  #broken(
    latencyNs: number,
    atNs: number,
    causes: Int32Array,
    partsNs: Float64Array,
    count: number,
  ): InvariantError {
    const parts = Array.from({ length: count }, (_, i) => {
      return `${this.#causeNames[causes[i]]} ${partsNs[i]}`;
    });
    return this.#brokenSum(latencyNs, atNs, parts.join(' + '));
  }

  #brokenSum(latencyNs: number, atNs: number, sum: string): InvariantError {
    return new InvariantError(
      `attribution does not sum to the latency of ${latencyNs} ns: ${sum}`,
      { simulatedNs: atNs, seed: this.#seed },
    );
  }
}
