/** A long list of counts as one that a file and a reader can hold, true at every bound it keeps. */
import { exponentOf, POWERS } from './logBuckets.js';
import type { HistogramData } from './result.js';

/** Entries of a histogram in a result, at most. */
export const ENTRIES_MAX = 4_000;

/** A power of two is cut into 2^0 .. 2^31 parts. */
const PARTS_RANGE = 32;

/**
 * Neighbours become one entry under the bound of the last of them, so a bound never moves and the
 * counts at or below each one stay true. The groups are equal parts of each power of two, as many as
 * fit. The first entry stays alone and the last bound stays: minimum and maximum are not lost.
 */
export function thinCounts(data: HistogramData): HistogramData {
  if (data.counts.length <= ENTRIES_MAX) return data;
  const parts = finestParts(data.upperNs);
  const upperNs: number[] = [];
  const counts: number[] = [];
  let exact = data.exact;
  let previous = -1;
  data.upperNs.forEach((ns, i) => {
    const group = groupOf(ns, parts);
    if (i > 1 && group === previous) {
      upperNs[upperNs.length - 1] = ns;
      counts[counts.length - 1] += data.counts[i];
      exact = false;
    } else {
      upperNs.push(ns);
      counts.push(data.counts[i]);
    }
    previous = group;
  });
  return { exact, upperNs, counts };
}

function finestParts(upperNs: readonly number[]): number {
  let log2 = 0;
  // By halving the exponent's range: each look goes through the whole list.
  for (let step = PARTS_RANGE / 2; step >= 1; step /= 2) {
    if (groupCount(upperNs, POWERS[log2 + step]) <= ENTRIES_MAX) log2 += step;
  }
  return POWERS[log2];
}

function groupCount(upperNs: readonly number[], parts: number): number {
  let count = 1;
  let previous = -1;
  for (let i = 1; i < upperNs.length; i++) {
    const group = groupOf(upperNs[i], parts);
    if (i === 1 || group !== previous) count++;
    previous = group;
  }
  return count;
}

/** Lower bound of the part in which `ns` lies. */
function groupOf(ns: number, parts: number): number {
  const width = ns === 0 ? 1 : Math.max(1, POWERS[exponentOf(ns)] / parts);
  return Math.floor(ns / width) * width;
}
