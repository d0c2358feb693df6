/**
 * The largest latency of every series of a plan that can be found: runs at the extremes of its laws,
 * and for each workload the search of `isochron worst`.
 */
import { searchWorst } from '../../src/adversary/search.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { simulate } from '../../src/simulation/simulation.js';
import { observed } from '../soak/check.js';
import { atExtreme, EXTREMES } from '../soak/extremes.js';
import type { ListedPlan } from './planList.js';

const SEEDS = ['1', '2', '3'];

/** Runs of the search per workload. */
export const BUDGET = 120;

function searched(plan: NormalizedPlan, untilNs: number, seed: string, found: Map<string, number>) {
  const run = simulate(plan, { seed, untilNs });
  for (const { workload, latencyNs } of searchWorst(plan, run, { seed, budget: BUDGET })) {
    found.set(workload, Math.max(found.get(workload) ?? 0, latencyNs));
  }
}

/** By series; those without a sample are missing. */
export function witnesses(
  { plan, untilNs, kind }: ListedPlan,
  bounded: ReadonlySet<string>,
): Map<string, number> {
  const found = new Map<string, number>();
  for (const extreme of EXTREMES) {
    for (const seed of kind === 'shipped' ? SEEDS.slice(0, 1) : SEEDS) {
      const latencies = observed(atExtreme(plan, extreme), untilNs, seed);
      for (const [id, ns] of latencies) {
        if (ns > (found.get(id) ?? 0)) found.set(id, ns);
      }
    }
  }
  // Only what has a bound is worth a search.
  if ([...found.keys()].some((id) => bounded.has(id))) searched(plan, untilNs, '1', found);
  // timerlat's thread is back in user mode no sooner than it ran.
  for (const [id, ns] of found) {
    const user = `${id}.user`;
    if (found.has(user)) found.set(user, Math.max(ns, found.get(user) ?? 0));
  }
  return found;
}
