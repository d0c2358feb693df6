/**
 * Latencies counted at 1 ns with bounded memory, at most 1.9 MB. Small latencies have a cell each.
 * Larger ones are counted by value while they take at most `valuesMax` different ones; when they
 * take more, all of them go to buckets of 1/1024 relative width and `exact` turns false. Count,
 * minimum, maximum and sum stay exact in any case.
 */
import { MAX_NS } from '../base/units.js';
import { Counters } from './counters.js';
import { ExactSum } from './exactSum.js';
import { VALUES_MAX } from './exactValues.js';
import { firstIndex, type OrderedCounts } from './orderedCounts.js';
import { percentileRank, supportsPercentile } from './percentiles.js';
import type { HistogramData } from './result.js';
import { thinCounts } from './thinCounts.js';

/**
 * @example
 * const histogram = new Histogram();
 * histogram.record(4_200);
 * histogram.maxNs; // 4200
 */
export class Histogram {
  #counters: Counters;
  readonly #sum = new ExactSum();
  #count = 0;
  #minNs = MAX_NS;
  #maxNs = 0;
  /** Taken from data that was not exact. */
  #inexactData = false;
  #ordered: OrderedCounts | undefined;

  /** `valuesMax`: different latencies from 64 us on that are counted exactly, 0 .. 49,152. */
  constructor(valuesMax: number = VALUES_MAX) {
    this.#counters = new Counters(Math.min(valuesMax, VALUES_MAX));
  }

  /** Counts one latency, an integer 0 .. 2^53 - 1 ns; throws a RangeError otherwise. */
  record(ns: number): void {
    if (!(ns >= 0 && ns <= MAX_NS) || Math.floor(ns) !== ns) throw notNanoseconds(ns);
    this.#sum.add(ns);
    this.#place(ns, 1);
  }

  /** Counts `n` samples of one latency, as for derived counts of a busy loop. */
  recordMany(ns: number, n: number): void {
    if (!(ns >= 0 && ns <= MAX_NS) || Math.floor(ns) !== ns) throw notNanoseconds(ns);
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is not a number of samples`);
    if (n === 0) return;
    this.#sum.addMany(ns, n);
    this.#place(ns, n);
  }

  get count(): number {
    return this.#count;
  }

  /** 0 without samples. */
  get minNs(): number {
    return this.#count === 0 ? 0 : this.#minNs;
  }

  get maxNs(): number {
    return this.#maxNs;
  }

  /** The nearest double to the exact sum; exact up to 2^53. */
  get sumNs(): number {
    return this.#sum.toNumber();
  }

  /** 0 without samples. */
  get meanNs(): number {
    return this.#count === 0 ? 0 : this.#sum.dividedBy(this.#count);
  }

  /** True while every sample is counted at its own nanosecond. */
  get exact(): boolean {
    return !this.#inexactData && !this.#counters.bucketed;
  }

  /** The exact sum, at any size. */
  sumExactNs(): bigint {
    return this.#sum.toBigInt();
  }

  /** Samples at or below `ns`. Once not exact: those that are certainly at or below it. */
  countAtOrBelow(ns: number): number {
    if (ns >= this.#maxNs) return this.#count;
    const { upperNs, cumulative } = this.#order();
    const after = firstIndex(upperNs, (upper) => upper > ns);
    return after === 0 ? 0 : cumulative[after - 1];
  }

  /**
   * The smallest latency with at least `rank` samples at or below it, rank 1 .. count. Once not
   * exact: the upper end of its bucket, so never too small.
   */
  valueAtRank(rank: number): number {
    if (!Number.isSafeInteger(rank) || rank < 1 || rank > this.#count) {
      throw new RangeError(`rank ${rank} is not within 1 .. ${this.#count}`);
    }
    const { upperNs, cumulative } = this.#order();
    return upperNs[firstIndex(cumulative, (total) => total >= rank)];
  }

  /**
   * The percentile as an order statistic, or null where the samples do not support it.
   *
   * @example histogram.percentile('99.999') // null below 300,000 samples
   */
  percentile(percentile: string | number): number | null {
    if (!supportsPercentile(percentile, this.#count)) return null;
    return this.valueAtRank(percentileRank(percentile, this.#count));
  }

  /** Adds all samples of another histogram; exact if both were and the values stay few enough. */
  merge(other: Histogram): void {
    // A copy, so that a histogram may be merged with itself.
    const added = other.snapshot();
    if (added.#count === 0) return;
    this.#counters.addAll(added.#counters);
    this.#sum.addSum(added.#sum);
    this.#count += added.#count;
    this.#minNs = Math.min(this.#minNs, added.#minNs);
    this.#maxNs = Math.max(this.#maxNs, added.#maxNs);
    this.#inexactData ||= added.#inexactData;
    this.#ordered = undefined;
  }

  /**
   * The non-empty entries, ascending; of more than 4000, neighbours are taken together. `exact` then
   * says that of the data: the figures of this histogram stay as exact as they are.
   */
  toData(): HistogramData {
    const { upperNs, counts } = this.#order();
    const { exact } = this;
    return thinCounts({ exact, upperNs: upperNs.slice(), counts: counts.slice() });
  }

  /**
   * Takes every entry at its upper bound. That gives the histogram back if the data was exact;
   * otherwise its sum and minimum are those of the upper bounds.
   */
  static fromData(data: HistogramData, valuesMax: number = VALUES_MAX): Histogram {
    if (data.upperNs.length !== data.counts.length) {
      throw new RangeError('a histogram needs as many counts as bounds');
    }
    const histogram = new Histogram(valuesMax);
    for (let i = 0; i < data.counts.length; i++) {
      histogram.recordMany(data.upperNs[i], data.counts[i]);
    }
    histogram.#inexactData = !data.exact;
    return histogram;
  }

  /** A copy that stays as it is while this one runs on. */
  snapshot(): Histogram {
    const copy = new Histogram(0);
    copy.restore(this);
    return copy;
  }

  /** Becomes a copy of the snapshot, which may be restored any number of times. */
  restore(snapshot: Histogram): void {
    this.#counters = snapshot.#counters.copy();
    this.#sum.copyFrom(snapshot.#sum);
    this.#count = snapshot.#count;
    this.#minNs = snapshot.#minNs;
    this.#maxNs = snapshot.#maxNs;
    this.#inexactData = snapshot.#inexactData;
    this.#ordered = undefined;
  }

  #place(ns: number, n: number): void {
    this.#count += n;
    if (ns < this.#minNs) this.#minNs = ns;
    if (ns > this.#maxNs) this.#maxNs = ns;
    this.#counters.add(ns, n);
    if (this.#ordered !== undefined) this.#ordered = undefined;
  }

  #order(): OrderedCounts {
    this.#ordered ??= this.#counters.order(this.#maxNs);
    return this.#ordered;
  }
}

function notNanoseconds(ns: number): RangeError {
  return new RangeError(`a latency is a whole number of nanoseconds, 0 .. 2^53 - 1: ${ns}`);
}
