/**
 * Waking a thread: [S] kernel/sched/core.c try_to_wake_up, resched_curr, wakeup_preempt.
 */
import { refreshDeadline } from './deadline.js';
import { serverMayRun } from './fairServer.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { selectCpu } from './placement.js';
import { enqueue } from './runQueue.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';

/** True if a newly ready thread displaces the running one (wakeup_preempt of the classes). */
export function displaces(k: Kernel, task: number, running: number): boolean {
  const { task: tasks } = k;
  const b = tasks.class[running];
  // Under the active fair server a fair thread has the server's class, unless fair threads run.
  const serves = b !== CLASS_FAIR && tasks.class[task] === CLASS_FAIR;
  const a = serves && serverMayRun(k, tasks.cpu[task]) ? CLASS_DEADLINE : tasks.class[task];
  if (a !== b) return a < b;
  if (a === CLASS_RT) return tasks.priority[task] > tasks.priority[running];
  if (a === CLASS_DEADLINE && serves) return false;
  if (a === CLASS_DEADLINE) return tasks.deadlineNs[task] < tasks.deadlineNs[running];
  if (a === CLASS_FAIR) {
    const granularityNs = Math.floor(k.traitsOf(tasks.cpu[task]).fairSliceNs / 2);
    return tasks.vruntimeNs[task] + granularityNs < tasks.vruntimeNs[running];
  }
  return false;
}

/**
 * Makes a thread runnable. `cpu` is the CPU that executes the wake-up.
 * Returns the CPU that must get a reschedule IPI, or -1.
 */
export function wake(k: Kernel, task: number, cpu: number): number {
  if (k.task.runnable[task] === 1) return -1;
  k.wakerCpu = cpu;
  const target = selectCpu(k, task);
  k.task.cpu[task] = target;
  k.frameCpu[k.taskFrames + task] = target;
  k.task.runnable[task] = 1;
  // update_dl_entity: an instance begins with its wake-up, not when it first runs.
  if (k.task.ownClass[task] === CLASS_DEADLINE && k.task.throttled[task] === 0) {
    refreshDeadline(k, task);
  }
  enqueue(k, task, false);
  return preemptFor(k, task, cpu);
}

/**
 * Wakes the thread whose sleep timer expired, as {@link wake}. A thread that saw the expiry before
 * its timer's callback had run, and has armed the timer again since, sleeps on.
 */
export function wakeSleeper(k: Kernel, timer: number, cpu: number): number {
  return k.timers.queue[timer] >= 0 ? -1 : wake(k, k.timers.subject[timer], cpu);
}

/** Tells the CPU of a ready thread to reschedule if the thread displaces what runs there. */
export function preemptFor(k: Kernel, task: number, fromCpu: number): number {
  const target = k.task.cpu[task];
  const switching = k.cpu.switchingTo[target];
  const running = switching >= 0 ? switching : k.cpu.current[target];
  if (running === task || !displaces(k, task, running)) return -1;
  return setReschedule(k, target, fromCpu) ? target : -1;
}
