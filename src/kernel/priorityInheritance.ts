/**
 * Priority inheritance of sleeping locks: [S] kernel/locking/rtmutex.c rt_mutex_adjust_prio_chain,
 * rt_mutex_adjust_pi, rt_waiter_node_less; kernel/sched/core.c rt_mutex_setprio.
 */
import { orderChanged } from './adaptiveSpin.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { dequeue, enqueue } from './runQueue.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';
import { preemptFor } from './wakeup.js';

/** Links of a chain that are followed at most (max_lock_depth). */
const MAX_CHAIN = 1024;

/**
 * rt_mutex_adjust_prio_chain: lends the waiter's priority along the chain of owners. Returns the CPU
 * that must get a reschedule IPI, or -1.
 */
export function lendPriority(k: Kernel, task: number): number {
  let target = -1;
  let lock = k.task.waitsFor[task];
  for (let depth = 0; depth < MAX_CHAIN && lock >= 0; depth++) {
    if (k.locks.spinning > 0) orderChanged(k, lock);
    const owner = k.locks.owner[lock];
    if (!boost(k, owner, task)) break;
    // Only the end of a chain is runnable.
    if (k.task.runnable[owner] === 1) target = preemptFor(k, owner, k.task.cpu[task]);
    lock = k.task.waitsFor[owner];
  }
  return target;
}

/** True if waiter `a` comes before `b` (rt_waiter_node_less): class, then priority or deadline. */
export function stronger(k: Kernel, a: number, b: number): boolean {
  const { task: tasks } = k;
  if (tasks.class[a] !== tasks.class[b]) return tasks.class[a] < tasks.class[b];
  if (tasks.class[a] === CLASS_DEADLINE) return tasks.deadlineNs[a] < tasks.deadlineNs[b];
  return tasks.priority[a] > tasks.priority[b];
}

/**
 * What a thread runs at (rt_mutex_adjust_prio): its own class and priority, or those of the
 * strongest waiter of the locks that it holds, `except` left out (-1: none).
 */
export function effectivePriority(
  k: Kernel,
  task: number,
  except: number,
): readonly [schedClass: number, priority: number] {
  const { task: tasks, locks } = k;
  let schedClass = tasks.ownClass[task];
  let priority = tasks.ownPriority[task];
  for (let lock = 0; lock < locks.owner.length; lock++) {
    if (lock === except || locks.spins[lock] === 1 || locks.owner[lock] !== task) continue;
    for (const waiter of locks.waiters[lock]) {
      // Mutexes of user space without inheritance have waiters too.
      if (tasks.waitsFor[waiter] !== lock) continue;
      const lent = tasks.class[waiter];
      if (lent > schedClass || lent === CLASS_FAIR) continue;
      if (lent < schedClass || tasks.priority[waiter] > priority) {
        schedClass = lent;
        priority = tasks.priority[waiter];
      }
    }
  }
  return [schedClass, priority];
}

/** prio_changed_rt: a running thread that became weaker may no longer be the one to run. */
export function loweredRunning(k: Kernel, task: number, cpu: number): number {
  const home = k.task.cpu[task];
  return k.cpu.current[home] === task && setReschedule(k, home, cpu) ? home : -1;
}

/**
 * rt_mutex_adjust_pi: a waiter's priority changed; so may those of the owners along its chain.
 * Returns the CPU that must get a reschedule IPI, or -1.
 */
export function adjustChain(k: Kernel, task: number, cpu: number): number {
  const { task: tasks, locks } = k;
  let target = -1;
  let lock = tasks.waitsFor[task];
  for (let depth = 0; depth < MAX_CHAIN && lock >= 0; depth++) {
    if (locks.spinning > 0) orderChanged(k, lock);
    const owner = locks.owner[lock];
    const [schedClass, priority] = effectivePriority(k, owner, -1);
    if (schedClass === tasks.class[owner] && priority === tasks.priority[owner]) break;
    const lowered =
      schedClass > tasks.class[owner] ||
      (schedClass === tasks.class[owner] && priority < tasks.priority[owner]);
    setPriority(k, owner, schedClass, priority, lowered);
    if (tasks.runnable[owner] === 1) {
      const told = lowered ? loweredRunning(k, owner, cpu) : preemptFor(k, owner, cpu);
      if (told >= 0) target = told;
    }
    lock = tasks.waitsFor[owner];
  }
  return target;
}

/** Raises an owner to what a waiter has; false if it is that strong already. */
export function boost(k: Kernel, owner: number, waiter: number): boolean {
  const { task: tasks } = k;
  const schedClass = tasks.class[waiter];
  if (schedClass === CLASS_FAIR || !stronger(k, waiter, owner)) return false;
  // A deadline thread lends its deadline; one that has its own keeps it.
  if (schedClass === CLASS_DEADLINE && tasks.ownClass[owner] === CLASS_DEADLINE) return false;
  if (schedClass === CLASS_DEADLINE) tasks.deadlineNs[owner] = tasks.deadlineNs[waiter];
  setPriority(k, owner, schedClass, tasks.priority[waiter], false);
  return true;
}

/**
 * rt_mutex_setprio / __sched_setscheduler: raised goes to the tail of its new priority, lowered to
 * the head; unchanged keeps its place.
 */
export function setPriority(
  k: Kernel,
  task: number,
  schedClass: number,
  priority: number,
  lowered: boolean,
  roundRobin = k.task.roundRobin[task],
): void {
  const { task: tasks } = k;
  if (tasks.class[task] === schedClass && tasks.priority[task] === priority) return;
  const queued = tasks.runnable[task] === 1;
  if (queued) dequeue(k, task);
  tasks.roundRobin[task] = roundRobin;
  tasks.class[task] = schedClass;
  tasks.priority[task] = schedClass === CLASS_RT ? priority : 0;
  if (queued) {
    enqueue(k, task, lowered);
    if (lowered) k.balance.pullWanted[tasks.cpu[task]] = 1;
  }
}
