/**
 * SCHED_DEADLINE: earliest deadline first, each thread with a constant-bandwidth server.
 *
 * [S] kernel/sched/deadline.c. Budgets are enforced where the running thread is accounted: by the
 * tick (HRTICK_DL is off, so a chunk may overrun by up to one), and when it leaves its CPU. A thread
 * without budget waits for its next period. Left out: GRUB reclaiming, admission control
 * (a plan that asks too much simply misses).
 */
import { balancesDeadlines, pushDeadline } from './deadlineBalance.js';
import { armTimer } from './hrtimer.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { dequeue, enqueue } from './runQueue.js';
import { CLASS_DEADLINE } from './task.js';
import { preemptFor } from './wakeup.js';

/** Runnable deadline thread of a CPU with the earliest deadline; ties by thread number. */
export function pickDeadline(k: Kernel, cpu: number): number {
  if (k.deadlineCount[cpu] === 0) return -1;
  const { task: tasks } = k;
  let best = -1;
  for (let task = 0; task < tasks.count; task++) {
    if (
      tasks.class[task] === CLASS_DEADLINE &&
      tasks.cpu[task] === cpu &&
      tasks.runnable[task] === 1 &&
      tasks.throttled[task] === 0 &&
      (best < 0 || tasks.deadlineNs[task] < tasks.deadlineNs[best])
    ) {
      best = task;
    }
  }
  return best;
}

/**
 * A thread wakes up (enqueue_dl_entity). One whose deadline is shorter than its period and has
 * passed waits for its next period (dl_check_constrained_dl); `cpu` arms the timer of that.
 */
export function beginInstance(k: Kernel, task: number, cpu: number): void {
  const { task: tasks } = k;
  const deadlineNs = tasks.deadlineNs[task];
  const nextPeriodNs = deadlineNs - tasks.relativeDeadlineNs[task] + tasks.periodNs[task];
  if (deadlineNs > 0 && deadlineNs < k.nowNs && k.nowNs < nextPeriodNs) {
    tasks.throttled[task] = 1;
    tasks.budgetNs[task] = Math.min(tasks.budgetNs[task], 0);
    armTimer(k, tasks.budgetTimer[task], nextPeriodNs, cpu);
    return;
  }
  refreshDeadline(k, task);
}

/**
 * update_dl_entity: keeps deadline and budget if they still fit, else starts afresh (CBS rule). A
 * deadline shorter than the period is kept while it lasts, with as much budget as fits before it
 * (update_dl_revised_wakeup).
 */
export function refreshDeadline(k: Kernel, task: number): void {
  const { task: tasks } = k;
  const leftNs = tasks.deadlineNs[task] - k.nowNs;
  const fits =
    leftNs > 0 &&
    tasks.budgetNs[task] * tasks.relativeDeadlineNs[task] <= leftNs * tasks.runtimeNs[task];
  if (fits) return;
  const relativeNs = tasks.relativeDeadlineNs[task];
  if (leftNs > 0 && relativeNs !== tasks.periodNs[task]) {
    tasks.budgetNs[task] = Math.floor((leftNs * tasks.runtimeNs[task]) / relativeNs);
    return;
  }
  tasks.deadlineNs[task] = k.nowNs + tasks.relativeDeadlineNs[task];
  tasks.budgetNs[task] = tasks.runtimeNs[task];
}

/**
 * update_curr_dl_se, wherever the running thread is accounted: without budget it is off its queue
 * until its next period, even if it is just going to sleep.
 */
export function enforceBudget(k: Kernel, cpu: number, task: number): void {
  const { task: tasks } = k;
  if (tasks.class[task] !== CLASS_DEADLINE || tasks.budgetNs[task] > 0) return;
  // A thread that a deadline thread lent its urgency has no budget of its own to exceed.
  if (tasks.throttled[task] === 1 || tasks.ownClass[task] !== CLASS_DEADLINE) return;
  dequeue(k, task);
  tasks.throttled[task] = 1;
  const periodStartNs =
    tasks.deadlineNs[task] - tasks.relativeDeadlineNs[task] + tasks.periodNs[task];
  armTimer(k, tasks.budgetTimer[task], Math.max(periodStartNs, k.nowNs), cpu);
  setReschedule(k, cpu, cpu);
}

/**
 * dl_task_timer, replenish_dl_entity: whole periods until the budget is positive; then the thread is
 * back on its queue. Returns the CPU that must get a reschedule IPI, or -1.
 */
export function replenish(k: Kernel, task: number, cpu: number): number {
  const { task: tasks } = k;
  while (tasks.budgetNs[task] <= 0) {
    tasks.deadlineNs[task] += tasks.periodNs[task];
    tasks.budgetNs[task] += tasks.runtimeNs[task];
  }
  if (tasks.deadlineNs[task] < k.nowNs) {
    tasks.deadlineNs[task] = k.nowNs + tasks.relativeDeadlineNs[task];
    tasks.budgetNs[task] = tasks.runtimeNs[task];
  }
  tasks.throttled[task] = 0;
  if (tasks.runnable[task] === 0) return -1;
  enqueue(k, task, false);
  const home = tasks.cpu[task];
  if (preemptFor(k, task, cpu) >= 0) return home;
  // __push_dl_task asks nobody: even one that would run here goes to a CPU that is free of its class.
  return balancesDeadlines(k, home) ? pushDeadline(k, home, cpu) : -1;
}
