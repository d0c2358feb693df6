/**
 * Handing on a batch of packets: out on the wire, or into a guest's ring with a call if the guest
 * wants one.
 *
 * [P] OVS lib/dpif-netdev.c dp_netdev_pmd_flush_output_packets; lib/netdev-dpdk.c
 * __netdev_dpdk_vhost_send; DPDK lib/vhost vhost_vring_call. A guest does not want to be called while
 * NAPI polls (VIRTIO_RING_F_EVENT_IDX). What does not fit into the ring is lost.
 */
import type { Action } from '../engine/program.js';
import { callSent, interruptGuest, interruptWakes } from './call.js';
import { DROP_RING, LIST_INWARD, LIST_RING, LISTS } from './columns.js';
import { STOP_DRAIN } from './loopColumns.js';
import type { Network } from './network.js';
import { append, drop, follow, isFull, laneOfTask, listOf, release, takeFirst } from './packets.js';
import {
  BATCH,
  CALL,
  COPY_OUT,
  DRAIN,
  FLUSH,
  heldOf,
  INJECT,
  interfaceOf,
  SEND,
  WAKE,
} from './pollerSteps.js';
import { arrived, served } from './pollLoop.js';

/** True if a held list's packets are copied into a guest's buffers. */
const goesToGuest = (m: Network, held: number): boolean =>
  held % LISTS === LIST_INWARD && m.interfaces.vcpu[interfaceOf(held)] >= 0;

/** The drain slot fires when the batch that has been held longest is due. */
export function armDrain(m: Network, loop: number): void {
  const { loops, interfaces } = m;
  let dueNs = Number.POSITIVE_INFINITY;
  for (let at = loops.first[loop]; at < loops.first[loop + 1]; at++) {
    if (loops.stops[at] === STOP_DRAIN) continue;
    const untilNs = interfaces.heldUntilNs[heldOf(loops.stops[at])];
    // One that was due before is found by the drain under way or the one that is announced; one that is
    // due at this instant may not have been announced yet.
    if (untilNs >= m.nowNs) dueNs = Math.min(dueNs, untilNs);
  }
  m.schedule(loops.drainSlot[loop], dueNs);
}

/** Begins to hand on a held list that is not empty. */
export function handOn(
  m: Network,
  _frame: number,
  base: number,
  _lane: number,
  held: number,
): number {
  const { loops, interfaces } = m;
  const loop = m.argument(base);
  loops.list[loop] = held;
  loops.left[loop] = interfaces.count[held];
  if (interfaces.heldUntilNs[held] !== Number.POSITIVE_INFINITY) {
    interfaces.heldUntilNs[held] = Number.POSITIVE_INFINITY;
    armDrain(m, loop);
  }
  return base + BATCH;
}

export const batchBegun: Action<Network> = (m, _frame, pc) =>
  pc - BATCH + (goesToGuest(m, m.loops.list[m.argument(pc)]) ? COPY_OUT : FLUSH);

export const copiedOut: Action<Network> = (m, _frame, pc) =>
  pc - COPY_OUT + (--m.loops.left[m.argument(pc)] > 0 ? COPY_OUT : FLUSH);

/** The batch is at its port. */
export const flushed: Action<Network> = (m, _frame, pc) => {
  const base = pc - FLUSH;
  const loop = m.argument(base);
  const held = m.loops.list[loop];
  if (!goesToGuest(m, held)) {
    while (m.interfaces.count[held] > 0) leave(m, takeFirst(m, held));
    return handedOn(m, base);
  }
  return intoRing(m, interfaceOf(held), held) ? base + CALL : handedOn(m, base);
};

/** A packet is on the wire again. */
function leave(m: Network, packet: number): void {
  m.interfaces.done[m.packets.interface[packet]]++;
  if (m.packets.window[packet] >= 0) m.packetAnswered(packet);
  release(m, packet);
}

/** Puts a batch into the guest's ring; true if the guest must be called for it. */
function intoRing(m: Network, iface: number, held: number): boolean {
  const { interfaces } = m;
  const ring = listOf(iface, LIST_RING);
  const calls = interfaces.polled[iface] === 0 && interfaces.callback[iface] === 1;
  let put = 0;
  while (interfaces.count[held] > 0) {
    const packet = takeFirst(m, held);
    if (isFull(m, ring)) {
      drop(m, packet, DROP_RING);
      continue;
    }
    put++;
    append(m, ring, packet);
    arrived(m, ring, packet);
    // Until the guest is called the packet waits for the poller.
    if (!calls) follow(m, packet, laneOfGuest(m, iface));
  }
  return calls && put > 0;
}

/** Lane of the vCPU that will take the packets out of the ring. */
function laneOfGuest(m: Network, iface: number): number {
  const { interfaces, cpu } = m;
  return interfaces.polled[iface] === 1
    ? laneOfTask(m, interfaces.consumer[iface])
    : cpu.lane[interfaces.vcpu[iface]];
}

export const called: Action<Network> = (_m, _frame, pc) => pc - CALL + INJECT;

export const injected: Action<Network> = (m, frame, pc, lane) => {
  if (interruptWakes(m, calledInterface(m, pc))) return pc - INJECT + WAKE;
  return deliver(m, frame, pc, lane, pc - INJECT);
};

export const woken: Action<Network> = (m, frame, pc, lane) =>
  deliver(m, frame, pc, lane, pc - WAKE);

const calledInterface = (m: Network, pc: number): number =>
  interfaceOf(m.loops.list[m.argument(pc)]);

function deliver(m: Network, frame: number, pc: number, lane: number, base: number): number {
  const cpu = m.frameCpu[frame];
  const target = interruptGuest(m, calledInterface(m, pc), cpu, lane);
  if (target < 0) return handedOn(m, base);
  m.cpu.ipiTarget[cpu] = target;
  return base + SEND;
}

export const sent: Action<Network> = (m, frame, pc, lane) => {
  const cpu = m.frameCpu[frame];
  m.sendHostIpi(cpu, m.cpu.ipiTarget[cpu]);
  m.cpu.ipiTarget[cpu] = -1;
  callSent(m, calledInterface(m, pc), true, lane);
  return handedOn(m, pc - SEND);
};

/** A batch has been handed on: another one that is due, or the next visit. */
function handedOn(m: Network, base: number): number {
  const loop = m.argument(base);
  if (m.loops.draining[loop] === 1) return base + DRAIN;
  return served(m, loop);
}

/** Looks for the next held batch that is due. */
export const drain: Action<Network> = (m, frame, pc, lane) => {
  const { loops, interfaces } = m;
  const base = pc - DRAIN;
  const loop = m.argument(pc);
  for (let at = loops.first[loop]; at < loops.first[loop + 1]; at++) {
    if (loops.stops[at] === STOP_DRAIN) continue;
    const held = heldOf(loops.stops[at]);
    if (interfaces.heldUntilNs[held] > m.nowNs) continue;
    loops.draining[loop] = 1;
    return handOn(m, frame, base, lane, held);
  }
  loops.draining[loop] = 0;
  return served(m, loop);
};
