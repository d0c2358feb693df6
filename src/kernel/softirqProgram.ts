/**
 * The steps of an executor of softirqs: the interrupted context, a thread at local_bh_enable,
 * ksoftirqd or ktimers. On RT the daemons hold the lock of the CPU's bottom halves meanwhile
 * ([S] kernel/softirq.c ksoftirqd_run_begin, run_ksoftirqd).
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ, ACCEPT_RESCHED, type Duration, type StepSpec } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import { sleep } from './schedule.js';
import { BOTTOM_HALVES, LOCK_HOLD, type LockCosts, sleepingLock } from './sleepingLock.js';
import {
  EXECUTOR_STEPS,
  finish,
  goOn,
  programTimer,
  select,
  sendSoft,
  softTimer,
  wakeDaemon,
  wakeSoft,
} from './softirqWork.js';

export interface SoftirqCosts {
  readonly softirq: Duration;
  readonly hrtimerCallback: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
  readonly clockeventProgram: Duration;
}

/** Steps of one executor. Only a thread of an RT kernel accepts preemption. */
export function softirqProgram(
  costs: SoftirqCosts,
  cause: string,
  accepts: number,
): Array<StepSpec<Kernel>> {
  const file = 'kernel/softirq.c';
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    mask: number,
    action: Action<Kernel>,
  ): StepSpec<Kernel> => ({ name, kernelFunction, duration, cause, accepts: mask, action });
  const { hrtimerCallback, wakeup, reschedIpi, clockeventProgram } = costs;
  const timers = 'kernel/time/hrtimer.c';
  const core = 'kernel/sched/core.c';
  return [
    step('C_SOFTIRQ', `${file}:handle_softirqs`, costs.softirq, accepts, select),
    step('C_HRCB', `${timers}:hrtimer_run_softirq`, hrtimerCallback, accepts, softTimer),
    step('C_TTWU', `${core}:try_to_wake_up`, wakeup, 0, wakeSoft),
    step('C_IPI', `${core}:resched_curr`, reschedIpi, 0, sendSoft),
    step(
      'C_CLKEVT_PROG',
      `${timers}:hrtimer_update_softirq_timer`,
      clockeventProgram,
      0,
      programTimer,
    ),
    step('softirq end', `${file}:softirq_handle_end`, 'zero', 0, finish),
    step('softirq yield', `${file}:run_ksoftirqd`, 'zero', ACCEPT_IRQ | ACCEPT_RESCHED, goOn),
    step('C_TTWU', `${file}:wakeup_softirqd`, wakeup, 0, wakeDaemon),
  ];
}

/** ksoftirqd_run_begin of ktimers takes over what waits for it. */
const beginDaemon: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  const { softirq } = k;
  if (frame - k.taskFrames === softirq.ktimers[cpu]) {
    softirq.pending[cpu] |= softirq.timersPending[cpu];
    softirq.timersPending[cpu] = 0;
  }
  if (softirq.pending[cpu] === 0) return pc + 1 + EXECUTOR_STEPS;
  softirq.disabled[cpu]++;
  return pc + 1;
};

/** smpboot_thread_fn: again if something has been raised since, else it sleeps. */
const daemonDone: Action<Kernel> = (k, frame, _pc, lane) => {
  const cpu = k.frameCpu[frame];
  const { softirq } = k;
  const task = frame - k.taskFrames;
  const timers = task === softirq.ktimers[cpu];
  const start = (timers ? softirq.ktimersStart : softirq.ksoftirqdStart)[cpu];
  const left = timers ? softirq.timersPending[cpu] : softirq.pending[cpu];
  return left !== 0 ? start : sleep(k, task, start, lane);
};

/** A daemon's steps from being woken to being asleep; its executor begins {@link DAEMON_BASE} later. */
export function daemonProgram(
  costs: SoftirqCosts & LockCosts,
  cause: string,
  rt: boolean,
): Array<StepSpec<Kernel>> {
  // Without RT a thread that serves softirqs has bottom halves, so preemption, off.
  if (!rt) return softirqProgram(costs, cause, ACCEPT_IRQ);
  const open = ACCEPT_IRQ | ACCEPT_RESCHED;
  const begin: StepSpec<Kernel> = {
    name: 'run begin',
    kernelFunction: 'kernel/softirq.c:ksoftirqd_run_begin',
    duration: 'zero',
    cause,
    accepts: open,
    action: beginDaemon,
  };
  const held = [begin, ...softirqProgram(costs, cause, open)];
  return [
    ...sleepingLock(
      { name: 'bottom halves', cause, lock: BOTTOM_HALVES, accepts: open, costs },
      held,
    ),
    {
      name: 'run end',
      kernelFunction: 'kernel/smpboot.c:smpboot_thread_fn',
      duration: 'zero',
      cause,
      accepts: open,
      action: daemonDone,
    },
  ];
}

/** Where the executor's first step is in the program of a daemon on RT. */
export const DAEMON_BASE = LOCK_HOLD + 1;
