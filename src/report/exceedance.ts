/** The share of samples at or above each latency, thinned to what a chart can show. */
import type { HistogramData } from '../latency/result.js';

export interface ExceedancePoint {
  readonly ns: number;
  /** Share of the samples at or above ns, above 0, at most 1. */
  readonly share: number;
}

const POINTS_MAX = 800;

/**
 * All points if they are few. Else those where the latency or the share has moved by some factor
 * since the last one kept, the smallest factor that fits; the first and the last always stay, so the
 * minimum, the maximum and the rarest sample are exact.
 */
export function exceedancePoints({ upperNs, counts }: HistogramData): ExceedancePoint[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const all = upperNs.map((ns, i) => {
    const share = (total - below) / total;
    below += counts[i];
    return { ns, share };
  });
  let kept = all;
  for (let step = 0.002; kept.length > POINTS_MAX; step *= 2) kept = thin(all, 1 + step);
  return kept;
}

function thin(points: readonly ExceedancePoint[], factor: number): ExceedancePoint[] {
  const kept = [points[0]];
  let last = points[0];
  for (let i = 1; i < points.length - 1; i++) {
    const { ns, share } = points[i];
    if (ns >= last.ns * factor || share * factor <= last.share) {
      last = points[i];
      kept.push(last);
    }
  }
  kept.push(points[points.length - 1]);
  return kept;
}
