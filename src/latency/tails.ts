/** What the samples of a run say about its tails: how sure percentiles are, and what lies beyond. */
import { percentileIntervals } from './confidence.js';
import { fitTail } from './peaksOverThreshold.js';
import type { RunResult } from './result.js';
import type { WorkloadTail } from './tailResult.js';

/** Tails of every series of a result; a function of the result alone. */
export function tailsOf(result: RunResult): WorkloadTail[] {
  return result.workloads.map(({ id, latency, histogram }) => {
    const fit = fitTail(histogram, `${result.seed}/${id}`);
    return {
      id,
      intervals: percentileIntervals(percentilesOf(latency.percentiles), histogram),
      fit: typeof fit === 'string' ? null : fit,
      noFit: typeof fit === 'string' ? fit : null,
    };
  });
}

/** Ascending; as keys of an object whole numbers would come first anyway. */
function percentilesOf(percentiles: Readonly<Record<string, number>>): string[] {
  return Object.keys(percentiles).sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}
