/**
 * The thread that answers packets: it takes one, computes, and sends one.
 *
 * Either it sleeps in recvmsg and its kernel wakes it ([S] net/core/datagram.c
 * __skb_wait_for_more_packets, net/core/sock.c sock_def_readable), or it polls the virtqueue itself
 * like a poller does, without interrupts or system calls. The switch polls what it sends, so it kicks
 * nobody (VRING_USED_F_NO_NOTIFY). A full send queue loses the packet. Left out: the queueing
 * discipline above the send queue.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import { sleep } from '../kernel/schedule.js';
import { callEnds } from './call.js';
import { DROP_SEND, LIST_SEND, LIST_SOCKET } from './columns.js';
import type { Network } from './network.js';
import { append, drop, follow, isFull, laneOfLoop, listOf, takeFirst } from './packets.js';
import { arrived, beginStretch, polled, served } from './pollLoop.js';

/** Step after recvmsg was entered, relative to the first. */
const TAKE = 1;

/** recvmsg: sleeps if the socket is empty. */
const received: Action<Network> = (m, frame, pc, lane) => {
  const socket = listOf(m.argument(pc), LIST_SOCKET);
  if (m.interfaces.count[socket] > 0) return pc + TAKE;
  return sleep(m, frame - m.taskFrames, pc + TAKE, lane);
};

/** The thread has its packet in hand. */
const taken: Action<Network> = (m, frame, pc, lane) => {
  const iface = m.argument(pc);
  const socket = listOf(iface, LIST_SOCKET);
  if (m.interfaces.count[socket] === 0) return sleep(m, frame - m.taskFrames, pc, lane);
  takeInHand(m, iface, lane);
  return pc + 1;
};

function takeInHand(m: Network, iface: number, lane: number): void {
  const packet = takeFirst(m, listOf(iface, LIST_SOCKET));
  callEnds(m, packet, lane);
  follow(m, packet, lane);
  m.interfaces.inHand[iface] = packet;
}

/** The answer is in the send queue; there it waits for the poller. */
function answer(m: Network, iface: number): void {
  const { interfaces } = m;
  const packet = interfaces.inHand[iface];
  interfaces.inHand[iface] = -1;
  const send = listOf(iface, LIST_SEND);
  if (isFull(m, send)) {
    drop(m, packet, DROP_SEND);
    return;
  }
  append(m, send, packet);
  follow(m, packet, laneOfLoop(m, interfaces.loop[send]));
  arrived(m, send, packet);
}

const sent: Action<Network> = (m, _frame, pc) => {
  answer(m, m.argument(pc));
  return pc + 1;
};

export interface ConsumerCosts {
  readonly syscall: Duration;
  readonly guestSend: Duration;
}

interface Steps {
  /** Steps from the kernel to user mode. */
  readonly userReturn: ReadonlyArray<StepSpec<Network>>;
  /** What is computed for each packet; may be nothing. */
  readonly job: ReadonlyArray<StepSpec<Network>>;
}

/** Program of a thread that sleeps until a packet comes; `start` is its first step. */
export function sleepingConsumerProgram(
  start: number,
  iface: number,
  costs: ConsumerCosts,
  { userReturn, job }: Steps,
  cause: string,
  kernel: number,
): Array<StepSpec<Network>> {
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    accepts: number,
    action?: Action<Network>,
    argument = iface,
  ): StepSpec<Network> => ({ name, kernelFunction, duration, cause, accepts, action, argument });
  return [
    step('C_SYSCALL', 'net/socket.c:__sys_recvfrom', costs.syscall, kernel, received),
    step('packet', 'net/core/datagram.c:__skb_recv_datagram', 'zero', kernel, taken),
    ...userReturn,
    ...job,
    step('C_SYSCALL', 'net/socket.c:__sys_sendto', costs.syscall, kernel),
    step('C_NET_TX', 'drivers/net/virtio_net.c:start_xmit', costs.guestSend, kernel, sent),
    ...userReturn,
    step('again', 'net/socket.c:__sys_recvfrom', 'zero', ACCEPT_ALL, again, start),
  ];
}

const again: Action<Network> = (m, _frame, pc) => m.argument(pc);

/** Steps of a polling consumer's program, relative to its first. */
const SERVE = 1;
const SERVE_PACKET = 2;
const SERVE_TAKE = 3;
export const CONSUMER_SERVE = SERVE;

const batchBegun: Action<Network> = (_m, _frame, pc) => pc - SERVE + SERVE_PACKET;

/** rte_eth_rx_burst: the whole batch is taken before the first packet is worked on. */
const packetRead: Action<Network> = (m, _frame, pc, lane) => {
  const loop = m.argument(pc);
  const ring = m.loops.list[loop];
  const packet = takeFirst(m, ring);
  follow(m, packet, lane);
  append(m, listOf(m.packets.interface[packet], LIST_SOCKET), packet);
  return pc - SERVE_PACKET + (--m.loops.left[loop] > 0 ? SERVE_PACKET : SERVE_TAKE);
};

const batchTaken: Action<Network> = (m, _frame, pc, lane) => {
  takeInHand(m, interfaceOfLoop(m, m.argument(pc)), lane);
  return pc + 1;
};

/** The answer is sent: the next packet of the batch, or the ring again. */
const batchAnswered: Action<Network> = (m, _frame, pc) => {
  const loop = m.argument(pc);
  const iface = interfaceOfLoop(m, loop);
  answer(m, iface);
  if (m.interfaces.count[listOf(iface, LIST_SOCKET)] === 0) return served(m, loop);
  return m.loops.pollStep[loop] + SERVE_TAKE;
};

const interfaceOfLoop = (m: Network, loop: number): number =>
  m.interfaces.consumer.indexOf(m.loops.task[loop]);

const begin: Action<Network> = (m, _frame, pc) => beginStretch(m, m.argument(pc));

export interface PollingConsumerCosts {
  readonly pollBurst: Duration;
  readonly pollPacket: Duration;
  readonly pollFlush: Duration;
}

/** Program of a thread that polls its ring; it begins at its last step. */
export function pollingConsumerProgram(
  loop: number,
  costs: PollingConsumerCosts,
  job: ReadonlyArray<StepSpec<Network>>,
  cause: string,
): Array<StepSpec<Network>> {
  const step = (
    name: string,
    duration: Duration,
    what: string,
    action: Action<Network>,
  ): StepSpec<Network> => ({
    name,
    duration,
    cause: what,
    accepts: ACCEPT_ALL,
    action,
    argument: loop,
  });
  return [
    step('poll', 'dynamic', `poll loop of ${cause}`, polled),
    step('C_POLL_FIX', costs.pollBurst, cause, batchBegun),
    step('C_PKT', costs.pollPacket, cause, packetRead),
    step('packet', 'zero', cause, batchTaken),
    ...job,
    step('C_FLUSH', costs.pollFlush, cause, batchAnswered),
    step('start', 'zero', `poll loop of ${cause}`, begin),
  ];
}
