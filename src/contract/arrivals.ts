/**
 * Arrival curves: how often something can happen at most in any window of a length. Source:
 * K. Richter, compositional scheduling analysis (sporadic event streams); the windows are half open,
 * since at one instant the running step ends before anything arrives (src/engine/order.ts).
 */

/** A stream of events. */
export interface Arrivals {
  /** Shortest distance between two events, ns; 0: no limit. */
  readonly distanceNs: number;
  /** How many may come at once, from then on at that distance. */
  readonly burst: number;
  /** No more than this ever come in one busy window; Infinity: no such limit. */
  readonly most: number;
  /** How much later than its time an event may come, while another one is in time, ns. */
  readonly jitterNs?: number;
  /** Events that come with each arrival; absent: one. */
  readonly group?: number;
  /** Distance of any two events, ns; absent: those of a group may come at once. */
  readonly gapNs?: number;
}

export const NEVER: Arrivals = { distanceNs: 1, burst: 0, most: 0 };

/** Events at least `distanceNs` apart. */
export function sporadic(distanceNs: number): Arrivals {
  return { distanceNs, burst: 1, most: Number.POSITIVE_INFINITY };
}

/** At most `count` events, at any time. */
export function atMost(count: number, arrivals?: Arrivals): Arrivals {
  return { ...(arrivals ?? { distanceNs: 0, burst: count }), most: count };
}

/** The same events, each up to `jitterNs` later than before. */
export function late(arrivals: Arrivals, jitterNs: number): Arrivals {
  if (jitterNs === 0) return arrivals;
  return { ...arrivals, jitterNs: (arrivals.jitterNs ?? 0) + jitterNs };
}

/**
 * Most events in a window of `windowNs`; Infinity if there is no limit.
 *
 * @example arrivalsIn(sporadic(100), 101) // 2
 */
export function arrivalsIn(arrivals: Arrivals, windowNs: number): number {
  const { distanceNs, burst, most, jitterNs = 0, group = 1, gapNs = 0 } = arrivals;
  if (most === 0 || burst === 0 || windowNs <= 0) return 0;
  if (distanceNs === 0) return most;
  const lengthNs = windowNs + jitterNs;
  const count = Math.min(most, group * (burst - 1 + Math.ceil(lengthNs / distanceNs)));
  return gapNs > 0 ? Math.min(count, Math.ceil(lengthNs / gapNs)) : count;
}

/**
 * One curve for all events of several streams. With x = window + jitter, each brings at most
 * group * (burst + (x - 1) / distance), rounded down; so does the sum of their rates.
 */
export function superpose(streams: readonly Arrivals[]): Arrivals {
  const all = streams.filter(({ burst, most }) => burst > 0 && most > 0);
  if (all.length === 0) return NEVER;
  if (all.length === 1) return all[0];
  let rate = 0;
  let burst = 0;
  let most = 0;
  let jitterNs = 0;
  for (const one of all) {
    const { group = 1 } = one;
    rate += one.distanceNs > 0 ? group / one.distanceNs : 0;
    burst += one.distanceNs > 0 ? group * one.burst : one.most;
    most += one.most;
    jitterNs = Math.max(jitterNs, one.jitterNs ?? 0);
  }
  // A billionth off against the rounding of the quotients.
  const distanceNs = rate > 0 ? Math.max(1, Math.floor((1 / rate) * (1 - 1e-9))) : 0;
  return { distanceNs, burst, most, jitterNs };
}

/** Events a ns in the long run; 0 for those that end. */
export function rateOf({ distanceNs, most, group = 1 }: Arrivals): number {
  return most === Number.POSITIVE_INFINITY && distanceNs > 0 ? group / distanceNs : 0;
}

/** Shortest time from the first to the last of `count` events; Infinity: never so many. */
export function spanOf(arrivals: Arrivals, count: number): number {
  if (count <= 1) return 0;
  let high = 1;
  while (arrivalsIn(arrivals, high) < count) {
    if (high > 1e15) return Number.POSITIVE_INFINITY;
    high *= 2;
  }
  let low = high === 1 ? 0 : high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (arrivalsIn(arrivals, middle) < count) low = middle;
    else high = middle;
  }
  return high - 1;
}
