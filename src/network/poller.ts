/**
 * A switch's poller: takes bursts from the wire and from guests, switches, hands on.
 *
 * [P] OVS lib/dpif-netdev.c dp_netdev_process_rxq_port, dp_netdev_pmd_flush_output_packets;
 * lib/netdev-dpdk.c __netdev_dpdk_vhost_send; DPDK lib/vhost. A batch goes out after the visit, or,
 * with a flush interval, when it is full or has waited so long. A guest is called when it wants to
 * be: it does not while NAPI polls (VIRTIO_RING_F_EVENT_IDX).
 *
 * Left out: flow misses, reconfiguration, switching between guests, sharing an output queue.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import { callSent, interruptGuest, interruptWakes } from './call.js';
import {
  DROP_RING,
  LIST_INWARD,
  LIST_OUTWARD,
  LIST_RING,
  LIST_SEND,
  LISTS,
  STOP_DRAIN,
} from './columns.js';
import type { Network } from './network.js';
import { append, drop, follow, isFull, laneOfTask, listOf, release, takeFirst } from './packets.js';
import { arrived, beginStretch, keptHouse, polled, served } from './pollLoop.js';

/** Steps of a poller's program, relative to its first. */
const BURST = 1;
const PACKET = 2;
const COPY_IN = 3;
const BATCH = 4;
const COPY_OUT = 5;
const FLUSH = 6;
const CALL = 7;
const INJECT = 8;
const WAKE = 9;
const SEND = 10;
const HOUSE = 11;
const DRAIN = 12;

const isFromGuest = (list: number): boolean => list % LISTS === LIST_SEND;
const interfaceOf = (list: number): number => Math.floor(list / LISTS);

/** The list in which a visited list's packets wait to be handed on. */
const heldOf = (list: number): number =>
  listOf(interfaceOf(list), isFromGuest(list) ? LIST_OUTWARD : LIST_INWARD);

/** True if a held list's packets are copied into a guest's buffers. */
const goesToGuest = (m: Network, held: number): boolean =>
  held % LISTS === LIST_INWARD && m.interfaces.vcpu[interfaceOf(held)] >= 0;

const burstBegun: Action<Network> = (_m, _frame, pc) => pc - BURST + PACKET;

const packetSwitched: Action<Network> = (m, frame, pc, lane) => {
  if (isFromGuest(m.loops.list[m.argument(pc)])) return pc - PACKET + COPY_IN;
  return packetTaken(m, frame, pc - PACKET, lane);
};

const packetCopied: Action<Network> = (m, frame, pc, lane) =>
  packetTaken(m, frame, pc - COPY_IN, lane);

/** One packet of the visit is done: the next one, or the end of the visit. */
function packetTaken(m: Network, frame: number, base: number, lane: number): number {
  const loop = m.argument(base);
  const { loops, interfaces } = m;
  const list = loops.list[loop];
  const held = heldOf(list);
  append(m, held, takeFirst(m, list));
  if (--loops.left[loop] > 0) return base + PACKET;
  if (loops.flushNs[loop] > 0 && interfaces.count[held] < loops.burst[loop]) {
    if (interfaces.heldUntilNs[held] === Number.POSITIVE_INFINITY) {
      interfaces.heldUntilNs[held] = m.nowNs + loops.flushNs[loop];
      armDrain(m, loop);
    }
    return served(m, loop);
  }
  return handOn(m, frame, base, lane, held);
}

/** The drain slot fires when the batch that has been held longest is due. */
function armDrain(m: Network, loop: number): void {
  const { loops, interfaces } = m;
  let dueNs = Number.POSITIVE_INFINITY;
  for (let at = loops.first[loop]; at < loops.first[loop + 1]; at++) {
    if (loops.stops[at] === STOP_DRAIN) continue;
    const untilNs = interfaces.heldUntilNs[heldOf(loops.stops[at])];
    // One that is due already is found by the drain under way or the one that is announced.
    if (untilNs > m.nowNs) dueNs = Math.min(dueNs, untilNs);
  }
  m.schedule(loops.drainSlot[loop], dueNs);
}

/** Begins to hand on a held list that is not empty. */
function handOn(m: Network, _frame: number, base: number, _lane: number, held: number): number {
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

const batchBegun: Action<Network> = (m, _frame, pc) =>
  pc - BATCH + (goesToGuest(m, m.loops.list[m.argument(pc)]) ? COPY_OUT : FLUSH);

const copiedOut: Action<Network> = (m, _frame, pc) =>
  pc - COPY_OUT + (--m.loops.left[m.argument(pc)] > 0 ? COPY_OUT : FLUSH);

/** The batch is at its port. */
const flushed: Action<Network> = (m, _frame, pc) => {
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

const called: Action<Network> = (_m, _frame, pc) => pc - CALL + INJECT;

const injected: Action<Network> = (m, frame, pc, lane) => {
  if (interruptWakes(m, calledInterface(m, pc))) return pc - INJECT + WAKE;
  return deliver(m, frame, pc, lane, pc - INJECT);
};

const woken: Action<Network> = (m, frame, pc, lane) => deliver(m, frame, pc, lane, pc - WAKE);

const calledInterface = (m: Network, pc: number): number =>
  interfaceOf(m.loops.list[m.argument(pc)]);

function deliver(m: Network, frame: number, pc: number, lane: number, base: number): number {
  const cpu = m.frameCpu[frame];
  const target = interruptGuest(m, calledInterface(m, pc), cpu, lane);
  if (target < 0) return handedOn(m, base);
  m.cpu.ipiTarget[cpu] = target;
  return base + SEND;
}

const sent: Action<Network> = (m, frame, pc, lane) => {
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
const drain: Action<Network> = (m, frame, pc, lane) => {
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

/** The thread runs for the first time. */
const begin: Action<Network> = (m, _frame, pc) => beginStretch(m, m.argument(pc));

export interface PollerCosts {
  readonly pollBurst: Duration;
  readonly pollPacket: Duration;
  readonly copyPacket: Duration;
  readonly pollFlush: Duration;
  readonly pollCall: Duration;
  readonly pollHousekeeping: Duration;
  readonly inject: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
}

/** Number of the step at which a poller begins, relative to the first. */
export const POLLER_BEGIN = 13;
export const POLLER_SERVE = BURST;
export const POLLER_DRAIN = DRAIN;
export const POLLER_HOUSE = HOUSE;

/**
 * Program of a poller. `who` names it in causes, `kernel` is what kernel code of its Linux lets
 * through.
 */
export function pollerProgram(
  loop: number,
  costs: PollerCosts,
  who: string,
  kernel: number,
): Array<StepSpec<Network>> {
  const step = (
    name: string,
    where: string | undefined,
    duration: Duration,
    cause: string,
    accepts: number,
    action: Action<Network>,
  ): StepSpec<Network> => ({
    name,
    kernelFunction: where,
    duration,
    cause,
    accepts,
    action,
    argument: loop,
  });
  const user = (name: string, duration: Duration, cause: string, action: Action<Network>) =>
    step(name, undefined, duration, `${cause} of ${who}`, ACCEPT_ALL, action);
  const eventfd = 'virt/kvm/eventfd.c:irqfd_wakeup';
  return [
    user('poll', 'dynamic', 'poll loop', polled),
    user('C_POLL_FIX', costs.pollBurst, 'packet work', burstBegun),
    user('C_PKT', costs.pollPacket, 'packet work', packetSwitched),
    user('C_COPY in', costs.copyPacket, 'packet copy', packetCopied),
    user('batch', 'zero', 'packet work', batchBegun),
    user('C_COPY out', costs.copyPacket, 'packet copy', copiedOut),
    user('C_FLUSH', costs.pollFlush, 'packet work', flushed),
    step(
      'C_KICK_CALL',
      'fs/eventfd.c:eventfd_write',
      costs.pollCall,
      `call by ${who}`,
      kernel,
      called,
    ),
    step('C_INJECT', eventfd, costs.inject, 'injection', 0, injected),
    step('C_TTWU', 'kernel/sched/core.c:try_to_wake_up', costs.wakeup, 'wake-up', 0, woken),
    step(
      'C_IPI',
      'arch/x86/kernel/smp.c:native_smp_send_reschedule',
      costs.reschedIpi,
      'wake-up',
      0,
      sent,
    ),
    user('C_PMD_HK', costs.pollHousekeeping, 'housekeeping', keptHouse),
    user('drain', 'zero', 'packet work', drain),
    user('start', 'zero', 'poll loop', begin),
  ];
}
