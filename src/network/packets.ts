/** Packets in their lists, and the path that a measured packet takes from lane to lane. */
import { InvariantError } from '../base/invariant.js';
import { DROPS, LISTS } from './columns.js';
import type { Network } from './network.js';

/** Takes a free packet of an interface; it arrives now. */
export function allocate(m: Network, iface: number): number {
  const { interfaces, packets } = m;
  const packet = interfaces.free[iface];
  if (packet < 0) {
    throw new InvariantError('an interface has more packets than places for them', {
      simulatedNs: m.nowNs,
      seed: m.seed,
    });
  }
  interfaces.free[iface] = packets.next[packet];
  packets.next[packet] = -1;
  packets.arrivedNs[packet] = m.nowNs;
  return packet;
}

/** The packet is nowhere any more. */
export function release(m: Network, packet: number): void {
  const { interfaces, packets } = m;
  const iface = packets.interface[packet];
  packets.arrivedNs[packet] = Number.POSITIVE_INFINITY;
  packets.next[packet] = interfaces.free[iface];
  interfaces.free[iface] = packet;
}

/** The packet is lost; `reason` is one of DROP_*. */
export function drop(m: Network, packet: number, reason: number): void {
  const { interfaces, packets } = m;
  interfaces.dropped[packets.interface[packet] * DROPS + reason]++;
  if (packets.window[packet] >= 0) m.log.discard(packets.window[packet]);
  release(m, packet);
}

export function append(m: Network, list: number, packet: number): void {
  const { interfaces, packets } = m;
  const last = interfaces.tail[list];
  packets.next[packet] = -1;
  if (last < 0) interfaces.head[list] = packet;
  else packets.next[last] = packet;
  interfaces.tail[list] = packet;
  interfaces.count[list]++;
}

/** Takes the first packet of a list that has one. */
export function takeFirst(m: Network, list: number): number {
  const { interfaces, packets } = m;
  const packet = interfaces.head[list];
  const following = packets.next[packet];
  interfaces.head[list] = following;
  if (following < 0) interfaces.tail[list] = -1;
  interfaces.count[list]--;
  packets.next[packet] = -1;
  return packet;
}

export const isFull = (m: Network, list: number): boolean =>
  m.interfaces.count[list] >= m.interfaces.capacity[list];

/** List `kind` (LIST_*) of an interface. */
export const listOf = (iface: number, kind: number): number => iface * LISTS + kind;

/** Lane of the thread that runs a loop. */
export function laneOfLoop(m: Network, loop: number): number {
  return laneOfTask(m, m.loops.task[loop]);
}

export function laneOfTask(m: Network, task: number): number {
  return m.cpu.lane[m.frameCpu[m.taskFrames + task]];
}

/** From now on the packet waits for what `lane` does. */
export function follow(m: Network, packet: number, lane: number): void {
  const window = m.packets.window[packet];
  if (window >= 0) m.log.move(window, lane, m.nowNs);
}
