/** The program of a switch's poller, from its costs. */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import * as batch from './handOn.js';
import type { Network } from './network.js';
import * as visit from './poller.js';
import { keptHouse, polled } from './pollLoop.js';

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
    user('C_POLL_FIX', costs.pollBurst, 'packet work', visit.burstBegun),
    user('C_PKT', costs.pollPacket, 'packet work', visit.packetSwitched),
    user('C_COPY in', costs.copyPacket, 'packet copy', visit.packetCopied),
    user('batch', 'zero', 'packet work', batch.batchBegun),
    user('C_COPY out', costs.copyPacket, 'packet copy', batch.copiedOut),
    user('C_FLUSH', costs.pollFlush, 'packet work', batch.flushed),
    step(
      'C_KICK_CALL',
      'fs/eventfd.c:eventfd_write',
      costs.pollCall,
      `call by ${who}`,
      kernel,
      batch.called,
    ),
    step('C_INJECT', eventfd, costs.inject, 'injection', 0, batch.injected),
    step('C_TTWU', 'kernel/sched/core.c:try_to_wake_up', costs.wakeup, 'wake-up', 0, batch.woken),
    step(
      'C_IPI',
      'arch/x86/kernel/smp.c:native_smp_send_reschedule',
      costs.reschedIpi,
      'wake-up',
      0,
      batch.sent,
    ),
    user('C_PMD_HK', costs.pollHousekeeping, 'housekeeping', keptHouse),
    user('drain', 'zero', 'packet work', batch.drain),
    user('start', 'zero', 'poll loop', visit.begin),
  ];
}
