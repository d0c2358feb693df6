/**
 * Locks of named threads: raw spinlocks (spin, interrupts off) and spinlock_t, which is an rt_mutex
 * with priority inheritance on RT and spins with preemption off otherwise.
 *
 * [S] kernel/locking/rtmutex.c rt_mutex_adjust_prio_chain, rt_mutex_slowunlock; qspinlock: waiters
 * of a spinning lock are served in order of arrival. A woken waiter owns the lock at once: stealing
 * by a stronger thread between unlock and wake-up, and adaptive spinning, are left out.
 */
import type { Kernel } from './kernel.js';
import { dequeue, enqueue } from './runQueue.js';
import { sleep } from './schedule.js';
import { CLASS_FAIR, CLASS_RT } from './task.js';
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

/** Takes a sleeping lock, or blocks and lends the waiter's priority along the chain of owners. */
export function acquireSleeping(
  k: Kernel,
  lock: number,
  task: number,
  pc: number,
  lane: number,
): number {
  if (k.locks.owner[lock] < 0) {
    k.locks.owner[lock] = task;
    return pc;
  }
  k.locks.waiters[lock].push(task);
  k.task.waitsFor[task] = lock;
  let owner = k.locks.owner[lock];
  for (let depth = 0; depth < MAX_CHAIN && owner >= 0; depth++) {
    if (!boost(k, owner, k.task.class[task], k.task.priority[task])) break;
    const next = k.task.waitsFor[owner];
    owner = next < 0 ? -1 : k.locks.owner[next];
  }
  return sleep(k, task, pc, lane);
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
    if (tasks.priority[waiters[i]] > tasks.priority[waiters[best]]) best = i;
  }
  const heir = waiters[best];
  waiters.splice(best, 1);
  locks.owner[lock] = heir;
  tasks.waitsFor[heir] = -1;
  for (const waiter of waiters) boost(k, heir, tasks.class[waiter], tasks.priority[waiter]);
  return wake(k, heir, tasks.cpu[task]);
}

/** Raises an owner to what a waiter has; false if it is that strong already. */
function boost(k: Kernel, owner: number, schedClass: number, priority: number): boolean {
  const { task: tasks } = k;
  if (schedClass === CLASS_FAIR || tasks.class[owner] < schedClass) return false;
  if (tasks.class[owner] === schedClass && tasks.priority[owner] >= priority) return false;
  setPriority(k, owner, schedClass, priority, false);
  if (tasks.runnable[owner] === 1) preemptFor(k, owner, tasks.cpu[owner]);
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
    if (lowered) k.attention[tasks.cpu[task]] |= 2;
  }
}
