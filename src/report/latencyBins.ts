/**
 * A histogram of millions of nanoseconds as at most a few hundred bars. Nothing is dropped: the bars
 * hold every sample, the first the minimum and the last the maximum.
 */
import type { HistogramData, WorkloadResult } from '../latency/result.js';

/** Samples at or above fromNs and below toNs. */
export interface LatencyBin {
  readonly fromNs: number;
  readonly toNs: number;
  readonly count: number;
}

/** Beyond this ratio of maximum to minimum a linear axis hides the bulk in its first bars. */
const LINEAR_RATIO_MAX = 20;
const LINEAR_BINS_MAX = 120;

/** The E48 series of IEC 60063: 48 round numbers a decade in nearly equal ratios. */
const E48 = [
  100, 105, 110, 115, 121, 127, 133, 140, 147, 154, 162, 169, 178, 187, 196, 205, 215, 226, 237,
  249, 261, 274, 287, 301, 316, 332, 348, 365, 383, 402, 422, 442, 464, 487, 511, 536, 562, 590,
  619, 649, 681, 715, 750, 787, 825, 866, 909, 953,
];

/** What a latency axis must show: the samples and the limits that they are held against. */
export interface LatencyAxis {
  readonly fromNs: number;
  readonly toNs: number;
  readonly log: boolean;
}

/** The axis for the samples and limits of one workload. */
export function latencyAxis({ latency, requirements }: WorkloadResult): LatencyAxis {
  let fromNs = latency.minNs;
  let toNs = latency.maxNs;
  for (const { limitNs } of requirements) {
    fromNs = Math.min(fromNs, limitNs);
    toNs = Math.max(toNs, limitNs);
  }
  return { fromNs, toNs, log: toNs > LINEAR_RATIO_MAX * Math.max(fromNs, 1) };
}

/** Non-empty bins, ascending, wide enough to be seen on the axis. */
export function binLatencies({ upperNs, counts }: HistogramData, axis: LatencyAxis): LatencyBin[] {
  if (upperNs.length === 0) return [];
  const minNs = upperNs[0];
  const maxNs = upperNs[upperNs.length - 1];
  const edges = axis.log ? logEdges(maxNs, axis) : linearEdges(minNs, maxNs, axis);
  const bins: LatencyBin[] = [];
  let entry = 0;
  for (let edge = 1; edge < edges.length; edge++) {
    let count = 0;
    while (entry < upperNs.length && upperNs[entry] < edges[edge]) count += counts[entry++];
    if (count > 0) bins.push({ fromNs: edges[edge - 1], toNs: edges[edge], count });
  }
  return bins;
}

/** Multiples of a width of 1, 2 or 5 times a power of ten. */
function linearEdges(minNs: number, maxNs: number, axis: LatencyAxis): number[] {
  let width = 1;
  for (let step = 0; (axis.toNs - axis.fromNs) / width > LINEAR_BINS_MAX; step++) {
    width = step % 3 === 1 ? (width / 2) * 5 : width * 2;
  }
  const edges = [Math.floor(minNs / width) * width];
  while (edges[edges.length - 1] <= maxNs) edges.push(edges[edges.length - 1] + width);
  return edges;
}

/** 0, then the series in every decade, whole nanoseconds only, until beyond maxNs. */
function logEdges(maxNs: number, { fromNs, toNs }: LatencyAxis): number[] {
  // Up to two decades there is room for a second bar in every step.
  const halves = toNs <= 100 * Math.max(fromNs, 1);
  const series = E48.flatMap((value, i) =>
    halves ? [value, (value + (E48[i + 1] ?? 1_000)) / 2] : [value],
  );
  const edges = [0];
  for (let decade = 1; edges[edges.length - 1] <= maxNs; decade *= 10) {
    for (const value of series) {
      const edge = Math.round((value * decade) / 100);
      if (edge > edges[edges.length - 1]) edges.push(edge);
      if (edge > maxNs) break;
    }
  }
  return edges;
}
