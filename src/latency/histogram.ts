/**
 * Latencies counted at 1 ns with bounded memory. Samples go to exact pages; when the page budget is
 * used up, samples of new pages go to buckets of 1/1024 relative width and `exact` turns false.
 * Count, minimum, maximum and sum stay exact in any case. Recording allocates only when a sample
 * opens a page, at most `pagesMax` times.
 */
import { MAX_NS } from '../base/units.js';
import { ExactPages } from './exactPages.js';
import { ExactSum } from './exactSum.js';
import { LogBuckets } from './logBuckets.js';
import { firstIndex, type OrderedCounts, orderCounts } from './orderedCounts.js';
import { percentileRank, supportsPercentile } from './percentiles.js';
import type { HistogramData } from './result.js';

/** 4096 pages cover 4 ms of distinct latencies in 32 MiB. */
export const PAGES_MAX_DEFAULT = 4096;

/**
 * @example
 * const histogram = new Histogram();
 * histogram.record(4_200);
 * histogram.maxNs; // 4200
 */
export class Histogram {
  #pages: ExactPages;
  #buckets = new LogBuckets();
  readonly #sum = new ExactSum();
  #count = 0;
  #minNs = MAX_NS;
  #maxNs = 0;
  #exact = true;
  #ordered: OrderedCounts | undefined;

  constructor(pagesMax: number = PAGES_MAX_DEFAULT) {
    this.#pages = new ExactPages(pagesMax);
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
    return this.#exact;
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

  /** Adds all samples of another histogram; exact if both were and the pages suffice. */
  merge(other: Histogram): void {
    // A copy, so that a histogram may be merged with itself.
    const added = other.snapshot();
    if (added.#count === 0) return;
    added.#pages.forEach((ns, n) => {
      if (!this.#pages.add(ns, n)) this.#bucket(ns, n);
    });
    added.#buckets.forEach((lowerNs, _upperNs, n) => {
      this.#bucket(lowerNs, n);
    });
    this.#sum.addSum(added.#sum);
    this.#count += added.#count;
    this.#minNs = Math.min(this.#minNs, added.#minNs);
    this.#maxNs = Math.max(this.#maxNs, added.#maxNs);
    this.#exact = this.#exact && added.#exact;
    this.#ordered = undefined;
  }

  /** The non-empty entries, ascending. */
  toData(): HistogramData {
    const { upperNs, counts } = this.#order();
    return { exact: this.#exact, upperNs: upperNs.slice(), counts: counts.slice() };
  }

  /**
   * Takes every entry at its upper bound. That gives the histogram back if the data was exact;
   * otherwise its sum and minimum are those of the upper bounds.
   */
  static fromData(data: HistogramData, pagesMax: number = PAGES_MAX_DEFAULT): Histogram {
    if (data.upperNs.length !== data.counts.length) {
      throw new RangeError('a histogram needs as many counts as bounds');
    }
    const histogram = new Histogram(pagesMax);
    for (let i = 0; i < data.counts.length; i++) {
      histogram.recordMany(data.upperNs[i], data.counts[i]);
    }
    histogram.#exact = histogram.#exact && data.exact;
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
    this.#pages = snapshot.#pages.copy();
    this.#buckets = snapshot.#buckets.copy();
    this.#sum.copyFrom(snapshot.#sum);
    this.#count = snapshot.#count;
    this.#minNs = snapshot.#minNs;
    this.#maxNs = snapshot.#maxNs;
    this.#exact = snapshot.#exact;
    this.#ordered = undefined;
  }

  #place(ns: number, n: number): void {
    this.#count += n;
    if (ns < this.#minNs) this.#minNs = ns;
    if (ns > this.#maxNs) this.#maxNs = ns;
    if (!this.#pages.add(ns, n)) this.#bucket(ns, n);
    if (this.#ordered !== undefined) this.#ordered = undefined;
  }

  #bucket(ns: number, n: number): void {
    this.#buckets.add(ns, n);
    this.#exact = false;
  }

  #order(): OrderedCounts {
    this.#ordered ??= orderCounts(this.#pages, this.#buckets, this.#maxNs);
    return this.#ordered;
  }
}

function notNanoseconds(ns: number): RangeError {
  return new RangeError(`a latency is a whole number of nanoseconds, 0 .. 2^53 - 1: ${ns}`);
}
