/** Timers that are not a thread's sleep: ticks, fair servers, deadline budgets, LAPIC timers. */
import { replenish } from '../kernel/deadline.js';
import { serverTimer } from '../kernel/fairServer.js';
import {
  TIMER_DEADLINE,
  TIMER_LAPIC,
  TIMER_MEASURE,
  TIMER_SERVER,
  TIMER_TICK,
} from '../kernel/hrtimerQueue.js';
import { setReschedule } from '../kernel/interrupt.js';
import type { TimerHandler } from '../kernel/kernel.js';
import { CLASS_DEADLINE } from '../kernel/task.js';
import { afterTimer, wakeSubjectOfTimer } from '../kernel/timerInterrupt.js';
import type { KernelPlan } from '../plan/normalized.js';
import type { System } from './system.js';
import type { TaskBuild } from './taskBuild.js';

export function buildTimers(b: TaskBuild): void {
  const { m } = b;
  const add = (kind: number, subject: number): number => {
    const timer = b.timer++;
    m.timers.kind[timer] = kind;
    m.timers.subject[timer] = subject;
    return timer;
  };
  for (let cpu = 0; cpu < m.cpus; cpu++) {
    m.tick.timer[cpu] = add(TIMER_TICK, cpu);
    if (m.server.enabled[cpu] === 1) m.server.timer[cpu] = add(TIMER_SERVER, cpu);
    if (cpu >= m.lanes) {
      m.vcpu.timer[cpu] = add(TIMER_LAPIC, cpu);
      m.timers.soft[m.vcpu.timer[cpu]] = timerIsHard(b.plan.host) ? 0 : 1;
    }
  }
  for (let task = 0; task < m.task.count; task++) {
    if (m.task.class[task] === CLASS_DEADLINE || becomesDeadline(m, task)) {
      m.task.budgetTimer[task] = add(TIMER_DEADLINE, task);
    }
  }
}

/**
 * A full wait queue has a sleeping lock on RT, which a hard interrupt cannot take: without simple wait
 * queues the callback, which wakes the vCPU, has to run in ksoftirqd whatever the timer is.
 */
function timerIsHard({ flags, preemption }: KernelPlan): boolean {
  return flags.lapicTimerHard && (flags.simpleWaitQueue || preemption !== 'rt');
}

/** A program may make the thread a deadline thread later. */
function becomesDeadline(m: System, task: number): boolean {
  return m.programs.changes.some(
    (change) => change.to.class === CLASS_DEADLINE && (change.task < 0 || change.task === task),
  );
}

const tickTimer: TimerHandler = (k, _subject, cpu) => k.tick.program[cpu];

const fairServerTimer: TimerHandler = (k, subject, cpu, _frame, base) => {
  const kick = serverTimer(k, subject, cpu) && setReschedule(k, subject, cpu);
  return afterTimer(k, cpu, base, kick ? subject : -1);
};

const budgetTimer: TimerHandler = (k, subject, cpu, _frame, base) =>
  afterTimer(k, cpu, base, replenish(k, subject, cpu));

/** timerlat's handler takes its IRQ latency, then wakes its thread. */
const timerlatTimer: TimerHandler = (k, subject, _cpu, _frame, base) => {
  const { measure } = k as System;
  measure.closeExtra(k as System, subject, 2);
  return wakeSubjectOfTimer(base);
};

export function registerTimerHandlers(m: System): void {
  const { timerHandlers } = m;
  timerHandlers[TIMER_TICK] = tickTimer;
  timerHandlers[TIMER_SERVER] = fairServerTimer;
  timerHandlers[TIMER_DEADLINE] = budgetTimer;
  timerHandlers[TIMER_MEASURE] = timerlatTimer;
}
