/** When a run looks whether it is done, and when it gives up. */
import type { NormalizedPlan } from '../plan/normalized.js';

/** Simulated time between two looks at the number of samples. */
export const CHECK_NS = 100_000_000;

/** Ten times as long as the slowest workload needs for its activations if nothing starves it. */
export function givesUpAt(plan: NormalizedPlan, activations: number | undefined): number {
  if (activations === undefined) return Number.POSITIVE_INFINITY;
  const neededNs = plan.workloads.map(
    ({ intervalNs, cpus }) => (activations / cpus.length) * intervalNs,
  );
  return 10 * Math.max(CHECK_NS, ...neededNs);
}
