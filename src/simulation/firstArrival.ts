/**
 * When a source arrives for the first time: stated by the plan, or drawn from one median distance
 * by the source's own stream. Every source of arrivals goes through here, so that a search knows
 * all of them.
 */
import type { Law } from '../base/law.js';
import type { System } from './system.js';

/** A source of arrivals of a part. Arrival k is at `firstNs` plus its first k distances. */
export interface ArrivalSource {
  /** The distances are drawn from `path/every`, the phase, if any, from `path/start`. */
  readonly path: string;
  readonly every: Law;
  readonly firstNs: number;
  /** The first arrival lies in [0, phaseBelowNs); 0: the plan states it. */
  readonly phaseBelowNs: number;
}

export function firstArrival(
  m: System,
  path: string,
  every: Law,
  statedNs: number | undefined,
): number {
  const medianNs = every.quantiles.find(({ p }) => p >= 0.5)?.ns ?? every.maxNs;
  const firstNs = statedNs ?? m.costs.uniform(`${path}/start`, medianNs);
  const phaseBelowNs = statedNs === undefined ? medianNs : 0;
  m.arrivals.push({ path, every, firstNs, phaseBelowNs });
  return firstNs;
}
