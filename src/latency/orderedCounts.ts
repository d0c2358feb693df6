/** Exact pages and log buckets as one ascending list, for everything that asks about order. */
import type { ExactPages } from './exactPages.js';
import type { LogBuckets } from './logBuckets.js';

/** Entry i holds counts[i] samples above the previous bound and at most upperNs[i]. */
export interface OrderedCounts {
  readonly upperNs: readonly number[];
  readonly counts: readonly number[];
  /** cumulative[i]: samples at or below upperNs[i]. */
  readonly cumulative: readonly number[];
}

/**
 * Above 2^21 ns a bucket is wider than a page, and a merge may bring buckets where there are pages.
 * Exact cells inside a bucket in use are counted with it: the order among them is unknown.
 */
export function orderCounts(pages: ExactPages, buckets: LogBuckets, maxNs: number): OrderedCounts {
  const upperNs: number[] = [];
  const counts: number[] = [];
  const used: Array<{ readonly lowerNs: number; readonly upperNs: number; count: number }> = [];
  buckets.forEach((lowerNs, upper, count) => {
    used.push({ lowerNs, upperNs: upper, count });
  });
  let next = 0;
  const flushBelow = (ns: number) => {
    while (next < used.length && used[next].upperNs < ns) {
      upperNs.push(Math.min(used[next].upperNs, maxNs));
      counts.push(used[next].count);
      next++;
    }
  };
  pages.forEach((ns, count) => {
    flushBelow(ns);
    if (next < used.length && used[next].lowerNs <= ns) {
      used[next].count += count;
    } else {
      upperNs.push(ns);
      counts.push(count);
    }
  });
  flushBelow(Number.POSITIVE_INFINITY);
  let total = 0;
  const cumulative = counts.map((count) => {
    total += count;
    return total;
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
