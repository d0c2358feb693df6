/** Holds what a plan shows when it runs against what the bound says about it. */
import { boundOf } from '../../src/bound/planBound.js';
import type { SeriesBound } from '../../src/bound/result.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { Simulation } from '../../src/simulation/simulation.js';
import { load, type SmallPlan } from '../../src/testing/smallPlan.js';
import { atExtreme, EXTREMES, type Extreme } from './extremes.js';

/** Events after which a run of a small plan is cut off. */
const EVENTS_MAX = 400_000;

export interface Seen {
  readonly id: string;
  readonly boundNs: number;
  readonly observedNs: number;
  readonly extreme: Extreme;
  readonly seed: string;
}

export interface Checked {
  /** Series of the plan, those with a bound among them, and the reasons of the others. */
  readonly series: number;
  readonly bounded: number;
  readonly reasons: readonly string[];
  /** The largest latency of each series with a bound. */
  readonly worst: readonly Seen[];
  readonly violation?: Seen;
}

/** Latest of samples and of what was open at the end, by series. */
export function observed(plan: NormalizedPlan, untilNs: number, seed: string): Map<string, number> {
  const simulation = new Simulation(plan, { seed, untilNs, worst: 0 });
  let events = 0;
  while (!simulation.advance(20_000)) {
    events += 20_000;
    if (events > EVENTS_MAX) break;
  }
  const { workloads } = simulation.result();
  return new Map(
    workloads.map(({ id, latency, unfinished }) => [
      id,
      Math.max(latency.count > 0 ? latency.maxNs : 0, unfinished.oldestNs),
    ]),
  );
}

export interface CheckOptions {
  readonly seeds: readonly string[];
  readonly without?: string;
  readonly extremes?: readonly Extreme[];
}

/** Runs a small plan at its extremes under every seed; stops at the first violated bound. */
export function checkPlan(small: SmallPlan, options: CheckOptions): Checked {
  const plan = load(small);
  const { series } = boundOf(plan, { without: options.without });
  const finite = series.filter((one): one is SeriesBound & { ns: number } => one.ns !== null);
  const worst = new Map<string, Seen>();
  const result = {
    series: series.length,
    bounded: finite.length,
    reasons: series.flatMap(({ reasons }) => reasons),
  };
  if (finite.length === 0) return { ...result, worst: [] };
  for (const extreme of options.extremes ?? EXTREMES) {
    const variant = atExtreme(plan, extreme);
    for (const seed of options.seeds) {
      const latencies = observed(variant, small.untilNs, seed);
      for (const { id, ns } of finite) {
        const seen = { id, boundNs: ns, observedNs: latencies.get(id) ?? 0, extreme, seed };
        if (seen.observedNs > (worst.get(id)?.observedNs ?? -1)) worst.set(id, seen);
        if (seen.observedNs > ns) return { ...result, worst: [], violation: seen };
      }
    }
  }
  return { ...result, worst: [...worst.values()] };
}
