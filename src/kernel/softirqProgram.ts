/** The steps of an executor of softirqs: the interrupted context, ksoftirqd or ktimers. */
import { ACCEPT_IRQ, ACCEPT_RESCHED, type Duration, type StepSpec } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import {
  finish,
  goOn,
  programTimer,
  select,
  sendSoft,
  softTimer,
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
  const timers = 'kernel/time/hrtimer.c:hrtimer_run_softirq';
  return [
    {
      name: 'C_SOFTIRQ',
      kernelFunction: `${file}:handle_softirqs`,
      duration: costs.softirq,
      cause,
      accepts,
      action: select,
    },
    {
      name: 'C_HRCB',
      kernelFunction: timers,
      duration: costs.hrtimerCallback,
      cause,
      accepts,
      action: softTimer,
    },
    {
      name: 'C_TTWU',
      kernelFunction: 'kernel/sched/core.c:try_to_wake_up',
      duration: costs.wakeup,
      cause,
      accepts: 0,
      action: wakeSoft,
    },
    {
      name: 'C_IPI',
      kernelFunction: 'kernel/sched/core.c:resched_curr',
      duration: costs.reschedIpi,
      cause,
      accepts: 0,
      action: sendSoft,
    },
    {
      name: 'C_CLKEVT_PROG',
      kernelFunction: 'kernel/time/hrtimer.c:hrtimer_update_softirq_timer',
      duration: costs.clockeventProgram,
      cause,
      accepts: 0,
      action: programTimer,
    },
    {
      name: 'softirq end',
      kernelFunction: `${file}:softirq_handle_end`,
      duration: 'zero',
      cause,
      accepts: 0,
      action: finish,
    },
    {
      name: 'softirq yield',
      kernelFunction: `${file}:run_ksoftirqd`,
      duration: 'zero',
      cause,
      accepts: ACCEPT_IRQ | ACCEPT_RESCHED,
      action: goOn,
    },
  ];
}
