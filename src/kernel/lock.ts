/**
 * Locks of named threads: raw spinlocks (spin, interrupts off) and spinlock_t, which is an rt_mutex
 * with priority inheritance on RT and spins with preemption off otherwise.
 *
 * [S] kernel/locking/rtmutex.c rt_mutex_adjust_prio_chain, rt_mutex_slowunlock; qspinlock: waiters
 * of a spinning lock are served in order of arrival. A woken waiter owns the lock at once: stealing
 * by a stronger thread between unlock and wake-up, and adaptive spinning, are left out.
 */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import { dequeue, enqueue } from './runQueue.js';
import { sleep } from './schedule.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';
import { preemptFor, wake } from './wakeup.js';

/** Links of a chain that are followed at most (max_lock_depth). */
const MAX_CHAIN = 1024;

export class LockColumns {
  /** Owner: a task for sleeping locks, a frame for spinning ones; -1: free. */
  readonly owner: Int32Array;
  /** 1: waiters spin. */
  readonly spins: Uint8Array;
  /** Waiting tasks or frames, in order of arrival. */
  readonly waiters: number[][];

  constructor(locks: number) {
    this.owner = new Int32Array(locks).fill(-1);
    this.spins = new Uint8Array(locks);
    this.waiters = Array.from({ length: locks }, () => []);
  }
}

/**
 * Takes a spinning lock for a frame. True: taken. False: the frame must spin in a step without end,
 * which {@link releaseSpinning} ends.
 */
export function acquireSpinning(k: Kernel, lock: number, frame: number): boolean {
  if (k.locks.owner[lock] < 0) {
    k.locks.owner[lock] = frame;
    return true;
  }
  k.locks.waiters[lock].push(frame);
  return false;
}

/** Gives a spinning lock to the waiter that came first; its CPU may not be executing right now. */
export function releaseSpinning(k: Kernel, lock: number): void {
  const frame = k.locks.waiters[lock].shift();
  k.locks.owner[lock] = frame ?? -1;
  if (frame === undefined) return;
  const lane = k.cpu.lane[k.frameCpu[frame]];
  if (k.laneFrame[lane] === frame) k.endSegmentAt(lane, k.nowNs);
  else k.frameRemainingNs[frame] = 0;
}

/** Takes a sleeping lock, or queues for it; true: taken. */
export function acquireSleeping(k: Kernel, lock: number, task: number): boolean {
  if (k.locks.owner[lock] < 0) {
    k.locks.owner[lock] = task;
    return true;
  }
  k.locks.waiters[lock].push(task);
  k.task.waitsFor[task] = lock;
  return false;
}

/**
 * rt_mutex_adjust_prio_chain: lends the waiter's priority along the chain of owners. Returns the CPU
 * that must get a reschedule IPI, or -1.
 */
export function lendPriority(k: Kernel, task: number): number {
  let target = -1;
  let lock = k.task.waitsFor[task];
  for (let depth = 0; depth < MAX_CHAIN && lock >= 0; depth++) {
    const owner = k.locks.owner[lock];
    if (!boost(k, owner, task)) break;
    // Only the end of a chain is runnable.
    if (k.task.runnable[owner] === 1) target = preemptFor(k, owner, k.task.cpu[task]);
    lock = k.task.waitsFor[owner];
  }
  return target;
}

/** Sleeps until the lock is handed over, unless that has happened already. */
export function blockOnLock(k: Kernel, task: number, pc: number, lane: number): number {
  return k.task.waitsFor[task] < 0 ? pc : sleep(k, task, pc, lane);
}

/**
 * Releases a sleeping lock: the owner loses what it was lent and the strongest waiter owns it.
 * Returns the CPU that must get a reschedule IPI, or -1.
 */
export function releaseSleeping(k: Kernel, lock: number, task: number): number {
  const { locks, task: tasks } = k;
  const waiters = locks.waiters[lock];
  setPriority(k, task, tasks.ownClass[task], tasks.ownPriority[task], true);
  if (waiters.length === 0) {
    locks.owner[lock] = -1;
    return -1;
  }
  let best = 0;
  for (let i = 1; i < waiters.length; i++) {
    if (stronger(k, waiters[i], waiters[best])) best = i;
  }
  const heir = waiters[best];
  waiters.splice(best, 1);
  locks.owner[lock] = heir;
  tasks.waitsFor[heir] = -1;
  for (const waiter of waiters) boost(k, heir, waiter);
  return wake(k, heir, tasks.cpu[task]);
}

/** True if waiter `a` comes before `b` (rt_waiter_node_less): class, then priority or deadline. */
function stronger(k: Kernel, a: number, b: number): boolean {
  const { task: tasks } = k;
  if (tasks.class[a] !== tasks.class[b]) return tasks.class[a] < tasks.class[b];
  if (tasks.class[a] === CLASS_DEADLINE) return tasks.deadlineNs[a] < tasks.deadlineNs[b];
  return tasks.priority[a] > tasks.priority[b];
}

/** Raises an owner to what a waiter has; false if it is that strong already. */
function boost(k: Kernel, owner: number, waiter: number): boolean {
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
): void {
  const { task: tasks } = k;
  if (tasks.class[task] === schedClass && tasks.priority[task] === priority) return;
  const queued = tasks.runnable[task] === 1;
  if (queued) dequeue(k, task);
  tasks.class[task] = schedClass;
  tasks.priority[task] = schedClass === CLASS_RT ? priority : 0;
  if (queued) {
    enqueue(k, task, lowered);
    if (lowered) {
      k.attention[tasks.cpu[task]] |= ACCEPT_RESCHED;
      k.balance.pullWanted[tasks.cpu[task]] = 1;
    }
  }
}
