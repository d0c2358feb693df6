/**
 * How late what came from outside may reach a guest: a contract that lies behind a queue is as bursty
 * as the queue's waits make it. The bound computes these delays from the contracts before the queue,
 * and with them the contracts behind it, until nothing changes any more.
 */

/** Longest delay, ns; or why there is none. */
export type Delay = number | { readonly reasons: readonly string[] };

/** Delays by name; what is missing is not late (yet). */
export type Delays = ReadonlyMap<string, Delay>;

/** From the wire to the guest's ring, and to its interrupt. */
export const toRing = (iface: string): string => `packets of interface ${iface}`;
/** From the wire to the queue of what the guest sends. */
export const toSend = (iface: string): string => `answers at interface ${iface}`;
/** From the poller's visit to the end of its hand-over, where batches may wait to fill. */
export const toHandOver = (list: string): string => `batches of ${list}`;
