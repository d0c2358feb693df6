/**
 * Packet sources: periodic, sporadic, memoryless, in bursts, or recorded. A packet that arrives is
 * in the device's receive queue, which the poller looks at; a full queue loses it.
 */
import { DROP_WIRE, LIST_WIRE } from './columns.js';
import type { Network } from './network.js';
import { allocate, append, drop, isFull, laneOfLoop, listOf } from './packets.js';
import { arrived } from './pollLoop.js';

/** Slot handler: one packet arrives; the next one is awaited. */
export function packetArrives(m: Network, source: number): void {
  const { sources } = m;
  if (sources.left[source] === 0) {
    sources.left[source] = sources.burst[source];
    sources.sinceNs[source] = m.nowNs;
  }
  const more = --sources.left[source] > 0;
  const gapNs = more ? sources.gapNs[source] : distanceNs(m, source);
  m.schedule(sources.slot[source], m.nowNs + gapNs);
  comeIn(m, sources.interface[source]);
}

/** From the end of a burst to the begin of the next: distances count from begin to begin. */
function distanceNs(m: Network, source: number): number {
  const { sources } = m;
  const cost = sources.everyCost[source];
  if (cost >= 0) {
    const nextNs = sources.sinceNs[source] + Math.max(1, m.costs.draw(cost));
    return Math.max(1, nextNs - m.nowNs);
  }
  return Math.max(0, nextListed(m, source) - m.nowNs);
}

/** Next recorded arrival of a source; Infinity: there is none. */
export function nextListed(m: Network, source: number): number {
  const { sources } = m;
  const first = sources.listFirst[source];
  const length = sources.listFirst[source + 1] - first;
  const at = sources.listNext[source]++;
  const repeatNs = sources.repeatNs[source];
  if (at >= length && repeatNs === 0) return Number.POSITIVE_INFINITY;
  return Math.floor(at / length) * repeatNs + sources.list[first + (at % length)];
}

function comeIn(m: Network, iface: number): void {
  const list = listOf(iface, LIST_WIRE);
  const packet = allocate(m, iface);
  m.interfaces.arrived[iface]++;
  if (isFull(m, list)) {
    drop(m, packet, DROP_WIRE);
    return;
  }
  const window = m.packets.window[packet];
  if (window >= 0) m.log.open(window, laneOfLoop(m, m.interfaces.loop[list]), m.nowNs);
  append(m, list, packet);
  arrived(m, list, packet);
}
