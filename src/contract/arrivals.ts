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

/**
 * Most events in a window of `windowNs`; Infinity if there is no limit.
 *
 * @example arrivalsIn(sporadic(100), 101) // 2
 */
export function arrivalsIn(arrivals: Arrivals, windowNs: number): number {
  const { distanceNs, burst, most, jitterNs = 0 } = arrivals;
  if (most === 0 || burst === 0 || windowNs <= 0) return 0;
  if (distanceNs === 0) return most;
  return Math.min(most, burst - 1 + Math.ceil((windowNs + jitterNs) / distanceNs));
}
