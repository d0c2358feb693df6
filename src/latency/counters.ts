/**
 * Where the samples of a histogram are counted: a cell for each small latency, a counter for each
 * value of the others, and buckets for all of the others once their values are too many.
 *
 * All of them at once, so that the state is a function of the samples alone: neither their order nor
 * how they were split over merged histograms shows.
 */
import { DENSE_NS, DenseCells } from './denseCells.js';
import { ExactValues } from './exactValues.js';
import { LogBuckets } from './logBuckets.js';
import { type OrderedCounts, orderCounts } from './orderedCounts.js';

export class Counters {
  #cells = new DenseCells();
  #values: ExactValues;
  #buckets = new LogBuckets();
  #bucketed = false;

  constructor(valuesMax: number) {
    this.#values = new ExactValues(valuesMax);
  }

  /** True once everything above the cells is in buckets. */
  get bucketed(): boolean {
    return this.#bucketed;
  }

  /** Adds `n` > 0 samples of `ns`, 0 .. 2^53 - 1. */
  add(ns: number, n: number): void {
    if (ns < DENSE_NS) this.#cells.add(ns, n);
    else if (this.#bucketed) this.#buckets.add(ns, n);
    else if (!this.#values.add(ns, n)) {
      this.#useBuckets();
      this.#buckets.add(ns, n);
    }
  }

  /** Adds everything of `other`, which is not this. */
  addAll(other: Counters): void {
    if (other.#bucketed) this.#useBuckets();
    const add = (ns: number, n: number): void => this.add(ns, n);
    other.#cells.forEach(add);
    other.#values.forEach(add);
    other.#buckets.forEach((lowerNs, _upperNs, n) => {
      this.add(lowerNs, n);
    });
  }

  /** All counts ascending; the last bound is at most `maxNs`. */
  order(maxNs: number): OrderedCounts {
    return orderCounts(this.#cells, this.#values, this.#buckets, maxNs);
  }

  copy(): Counters {
    const copy = new Counters(0);
    copy.#cells = this.#cells.copy();
    copy.#values = this.#values.copy();
    copy.#buckets = this.#buckets.copy();
    copy.#bucketed = this.#bucketed;
    return copy;
  }

  #useBuckets(): void {
    if (this.#bucketed) return;
    this.#bucketed = true;
    this.#values.forEach((ns, n) => {
      this.#buckets.add(ns, n);
    });
    this.#values = new ExactValues(0);
  }
}
