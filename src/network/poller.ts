/**
 * A switch's poller visits its queues: takes bursts from the wire and from guests and switches them.
 *
 * [P] OVS lib/dpif-netdev.c dp_netdev_process_rxq_port. A batch goes out after the visit, or, with a
 * flush interval, when it is full or has waited so long. Left out: flow misses, reconfiguration,
 * switching between guests, output queues that pollers share.
 */
import type { Action } from '../engine/program.js';
import { armDrain, handOn } from './handOn.js';
import type { Network } from './network.js';
import { append, takeFirst } from './packets.js';
import { BURST, COPY_IN, heldOf, isFromGuest, PACKET } from './pollerSteps.js';
import { beginStretch, served } from './pollLoop.js';

export const burstBegun: Action<Network> = (_m, _frame, pc) => pc - BURST + PACKET;

export const packetSwitched: Action<Network> = (m, frame, pc, lane) => {
  if (isFromGuest(m.loops.list[m.argument(pc)])) return pc - PACKET + COPY_IN;
  return packetTaken(m, frame, pc - PACKET, lane);
};

export const packetCopied: Action<Network> = (m, frame, pc, lane) =>
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

/** The thread runs for the first time. */
export const begin: Action<Network> = (m, _frame, pc) => beginStretch(m, m.argument(pc));
