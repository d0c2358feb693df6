/**
 * The guest's kernel takes packets out of its virtqueue.
 *
 * [S] drivers/net/virtio_net.c skb_recv_done, virtnet_poll; net/core/dev.c net_rx_action,
 * napi_complete_done. The interrupt switches callbacks off; NAPI polls until the ring is empty,
 * switches them on again and looks once more. It is a softirq, 64 packets a go: in place, or where
 * handlers are threads (RT, threadirqs) in that thread as its bottom halves go on again. Left out: GRO, busy polling of
 * sockets, napi threads.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { raiseSoftirq, SOFTIRQ_NET } from '../kernel/softirq.js';
import { deviceSoftirqDone } from '../kernel/softirqWork.js';
import { wake } from '../kernel/wakeup.js';
import { callEnds, departAll } from './call.js';
import { DROP_SOCKET, LIST_RING, LIST_SOCKET } from './columns.js';
import type { Network } from './network.js';
import { append, drop, follow, isFull, laneOfTask, listOf, release, takeFirst } from './packets.js';

const NAPI_POLL_WEIGHT = 64;

/** Steps of NAPI, relative to the first. */
const POLL = 0;
const RECEIVE = 1;
const WAKE = 2;
const SEND_IPI = 3;
const COMPLETE = 4;

/** virtnet_poll begins, or goes on after a packet. */
const poll: Action<Network> = (m, frame, pc, lane) => {
  const iface = m.argument(pc);
  if (overBudget(m, iface, m.frameCpu[frame])) return deviceSoftirqDone(m, frame, pc, lane);
  return pc - POLL + (m.interfaces.count[listOf(iface, LIST_RING)] > 0 ? RECEIVE : COMPLETE);
};

const received: Action<Network> = (m, _frame, pc, lane) => {
  const { interfaces, packets } = m;
  const iface = m.argument(pc);
  const packet = takeFirst(m, listOf(iface, LIST_RING));
  callEnds(m, packet, lane);
  follow(m, packet, lane);
  interfaces.taken[iface]++;
  const consumer = interfaces.consumer[iface];
  const socket = listOf(iface, LIST_SOCKET);
  if (consumer < 0) {
    interfaces.done[iface]++;
    if (packets.window[packet] >= 0) m.log.discard(packets.window[packet]);
    release(m, packet);
  } else if (isFull(m, socket)) {
    drop(m, packet, DROP_SOCKET);
  } else {
    append(m, socket, packet);
    if (m.task.runnable[consumer] === 0) return pc - RECEIVE + WAKE;
    follow(m, packet, laneOfTask(m, consumer));
  }
  return pc - RECEIVE + POLL;
};

/** sock_def_readable: the thread that waits for the packet. */
const woken: Action<Network> = (m, frame, pc) => {
  const iface = m.argument(pc);
  const cpu = m.frameCpu[frame];
  const target = wake(m, m.interfaces.consumer[iface], cpu);
  if (target < 0) {
    socketFollows(m, iface);
    return pc - WAKE + POLL;
  }
  m.cpu.ipiTarget[cpu] = target;
  return pc - WAKE + SEND_IPI;
};

/** What is in the socket waits for the thread, wherever that is. */
function socketFollows(m: Network, iface: number): void {
  const lane = laneOfTask(m, m.interfaces.consumer[iface]);
  let packet = m.interfaces.head[listOf(iface, LIST_SOCKET)];
  for (; packet >= 0; packet = m.packets.next[packet]) follow(m, packet, lane);
}

const ipiSent: Action<Network> = (m, frame, pc, lane) => {
  const cpu = m.frameCpu[frame];
  const target = m.cpu.ipiTarget[cpu];
  m.cpu.ipiTarget[cpu] = -1;
  const iface = m.argument(pc);
  const told = m.cpu.inGuest[target] === 1 || m.vcpu.blocked[target] === 1;
  if (told && m.cpu.lane[target] !== lane) departAll(m, listOf(iface, LIST_SOCKET));
  else socketFollows(m, iface);
  return m.sendReschedule(cpu, target, frame, pc - SEND_IPI + POLL, lane);
};

/** virtqueue_napi_complete: callbacks on; what came meanwhile is polled for. */
const completed: Action<Network> = (m, _frame, pc) => {
  const iface = m.argument(pc);
  m.interfaces.taken[iface] = 0;
  if (m.interfaces.count[listOf(iface, LIST_RING)] > 0) return pc - COMPLETE + POLL;
  m.interfaces.callback[iface] = 1;
  return pc + 1;
};

/** net_rx_action: 64 packets were taken and more are there, so the softirq is raised again. */
function overBudget(m: Network, iface: number, cpu: number): boolean {
  const { interfaces } = m;
  const over = interfaces.taken[iface] >= NAPI_POLL_WEIGHT;
  const again = over && interfaces.count[listOf(iface, LIST_RING)] > 0;
  if (over) interfaces.taken[iface] = 0;
  if (!again) return false;
  m.devices.softirqRaised[interfaces.device[iface]]++;
  raiseSoftirq(m, cpu, SOFTIRQ_NET);
  return true;
}

export interface ReceiveCosts {
  readonly guestReceive: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
}

/** NAPI as steps; what follows them ends the softirq. */
export function napiSteps(
  iface: number,
  costs: ReceiveCosts,
  cause: string,
  accepts: number,
): Array<StepSpec<Network>> {
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    mask: number,
    action: Action<Network>,
  ): StepSpec<Network> => ({
    name,
    kernelFunction,
    duration,
    cause,
    accepts: mask,
    action,
    argument: iface,
  });
  const driver = 'drivers/net/virtio_net.c';
  return [
    step('napi poll', `${driver}:virtnet_poll`, 'zero', accepts, poll),
    step('C_NET_RX', `${driver}:virtnet_receive`, costs.guestReceive, accepts, received),
    step('C_TTWU', 'kernel/sched/core.c:try_to_wake_up', costs.wakeup, 0, woken),
    step('C_IPI', 'kernel/sched/core.c:resched_curr', costs.reschedIpi, 0, ipiSent),
    step('napi complete', `${driver}:virtqueue_napi_complete`, 'zero', accepts, completed),
  ];
}
