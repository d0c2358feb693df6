/**
 * Changing a thread's policy or priority while it lives, and giving up the CPU by sched_yield.
 *
 * [S] kernel/sched/syscalls.c __sched_setscheduler, do_sched_yield; rt.c prio_changed_rt,
 * switched_to_rt; deadline.c yield_task_dl. A raised thread goes to the tail of its new priority, a
 * lowered one to its head; one whose effective priority stays keeps its place. Left out: nice levels
 * and admission control of SCHED_DEADLINE.
 */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import { enforceBudget, refreshDeadline } from './deadline.js';
import { cancelTimer } from './hrtimer.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { adjustChain, effectivePriority, setPriority } from './priorityInheritance.js';
import { account } from './runQueue.js';
import { schedule } from './schedule.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';
import { preemptFor } from './wakeup.js';

/** What sched_setattr carries. */
export interface NewScheduling {
  readonly class: number;
  readonly priority: number;
  readonly roundRobin: number;
  readonly runtimeNs: number;
  readonly deadlineNs: number;
  readonly periodNs: number;
}

/**
 * Gives a thread another policy; code on `cpu` does it. Returns the CPU that must get a reschedule
 * IPI, or -1.
 */
export function setScheduler(k: Kernel, task: number, to: NewScheduling, cpu: number): number {
  const { task: tasks } = k;
  const home = tasks.cpu[task];
  const running = k.cpu.current[home] === task;
  const accounted = running ? accountFor(k, home, cpu) : -1;
  tasks.ownClass[task] = to.class;
  tasks.ownPriority[task] = to.priority;
  const before = tasks.class[task];
  const wasDeadline = before === CLASS_DEADLINE;
  if (to.class === CLASS_DEADLINE) setBudget(k, task, to, wasDeadline);
  const [schedClass, priority] = effectivePriority(k, task, -1);
  const stays = tasks.class[task] === schedClass && tasks.priority[task] === priority;
  if (stays) {
    changeRoundRobin(k, task, to.roundRobin);
  } else {
    // The queue counts its round-robin threads: the mark changes while it is off the queue.
    const lowered = isLower(k, task, schedClass, priority);
    setPriority(k, task, schedClass, priority, lowered, to.roundRobin);
  }
  // A throttled realtime class takes it off at once here, in the kernel at its next accounting.
  const mayRun = schedClass !== CLASS_RT || k.throttle.throttled[home] === 0;
  const entersClass = !stays && schedClass !== before && schedClass < CLASS_FAIR && mayRun;
  if (wasDeadline && to.class !== CLASS_DEADLINE) forgetBudget(k, task);
  const chained = tasks.waitsFor[task] >= 0 ? adjustChain(k, task, cpu) : accounted;
  if (tasks.runnable[task] === 0) return chained;
  if (running) {
    // switched_to_rt, switched_to_dl: a running thread that enters a realtime class goes on, even
    // if something stronger waits; the next event finds that.
    if (!stays && !entersClass && setReschedule(k, home, cpu)) return home;
    return chained;
  }
  const told = preemptFor(k, task, cpu);
  return told >= 0 ? told : chained;
}

/** update_curr of another CPU: what it finds there, that CPU must be told. Returns it, or -1. */
function accountFor(k: Kernel, home: number, cpu: number): number {
  const before = k.attention[home] & ACCEPT_RESCHED;
  account(k, home);
  const found = (k.attention[home] & ACCEPT_RESCHED) !== before;
  return found && home !== cpu ? home : -1;
}

/** A thread that leaves the class waits for no period any more. */
function forgetBudget(k: Kernel, task: number): void {
  k.task.throttled[task] = 0;
  cancelTimer(k, k.task.budgetTimer[task]);
}

/** __setparam_dl, setup_new_dl_entity: a new deadline thread begins with a full budget. */
function setBudget(k: Kernel, task: number, to: NewScheduling, wasDeadline: boolean): void {
  const { task: tasks } = k;
  tasks.runtimeNs[task] = to.runtimeNs;
  tasks.relativeDeadlineNs[task] = to.deadlineNs;
  tasks.periodNs[task] = to.periodNs;
  if (wasDeadline) return;
  tasks.deadlineNs[task] = 0;
  tasks.throttled[task] = 0;
  refreshDeadline(k, task);
}

function changeRoundRobin(k: Kernel, task: number, roundRobin: number): void {
  const { task: tasks } = k;
  const queued = tasks.runnable[task] === 1 && tasks.class[task] === CLASS_RT;
  if (queued) k.rt.roundRobinCount[tasks.cpu[task]] += roundRobin - tasks.roundRobin[task];
  tasks.roundRobin[task] = roundRobin;
}

function isLower(k: Kernel, task: number, schedClass: number, priority: number): boolean {
  const now = k.task.class[task];
  if (schedClass !== now) return schedClass > now;
  return schedClass === CLASS_RT && priority < k.task.priority[task];
}

/** sched_yield of the running thread; it goes on at step `pc`. Returns what an action returns. */
export function yieldCpu(k: Kernel, task: number, pc: number, lane: number): number {
  const { task: tasks } = k;
  const cpu = tasks.cpu[task];
  const frame = k.taskFrames + task;
  k.framePc[frame] = pc;
  k.frameRemainingNs[frame] = -1;
  account(k, cpu);
  switch (tasks.class[task]) {
    case CLASS_RT:
      k.rt.moveToTail(tasks, cpu, task);
      break;
    case CLASS_DEADLINE:
      // The rest of the budget is given up until the next period.
      tasks.budgetNs[task] = Math.min(tasks.budgetNs[task], 0);
      enforceBudget(k, cpu, task);
      break;
    case CLASS_FAIR:
      k.fair.yield(tasks, cpu, task, k.traitsOf(cpu).fairSliceNs);
      break;
  }
  schedule(k, cpu, lane);
  return -1;
}
