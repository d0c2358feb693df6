/** All counters of a histogram as one ascending list, for everything that asks about order. */
import type { DenseCells } from './denseCells.js';
import type { ExactValues } from './exactValues.js';
import type { LogBuckets } from './logBuckets.js';

/** Entry i holds counts[i] samples above the previous bound and at most upperNs[i]. */
export interface OrderedCounts {
  readonly upperNs: readonly number[];
  readonly counts: readonly number[];
  /** cumulative[i]: samples at or below upperNs[i]. */
  readonly cumulative: readonly number[];
}

/** Cells lie below everything else: the limit of the cells is a bound of the buckets too. */
export function orderCounts(
  cells: DenseCells,
  values: ExactValues,
  buckets: LogBuckets,
  maxNs: number,
): OrderedCounts {
  const upperNs: number[] = [];
  const counts: number[] = [];
  const cumulative: number[] = [];
  let total = 0;
  const append = (ns: number, count: number): void => {
    total += count;
    upperNs.push(ns);
    counts.push(count);
    cumulative.push(total);
  };
  cells.forEach(append);
  values.forEach(append);
  buckets.forEach((_lowerNs, bucketNs, count) => {
    append(Math.min(bucketNs, maxNs), count);
  });
  return { upperNs, counts, cumulative };
}

/** First index where `holds` is true in an array on which it is monotone; its length if none. */
export function firstIndex(values: readonly number[], holds: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(values[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
