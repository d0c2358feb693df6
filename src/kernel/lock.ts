/**
 * Locks of named threads: raw spinlocks (spin, interrupts off) and spinlock_t, which is an rt_mutex
 * with priority inheritance on RT and spins with preemption off otherwise.
 *
 * [S] kernel/locking/rtmutex.c rt_mutex_adjust_prio_chain, rt_mutex_slowunlock; qspinlock: waiters
 * of a spinning lock are served in order of arrival. A woken waiter owns the lock at once: stealing
 * by a stronger thread between unlock and wake-up is left out. adaptiveSpin.ts has waiters that spin.
 */
import { endSpin } from './adaptiveSpin.js';
import type { Kernel } from './kernel.js';
import {
  boost,
  effectivePriority,
  loweredRunning,
  setPriority,
  stronger,
} from './priorityInheritance.js';
import { wake } from './wakeup.js';

export class LockColumns {
  /** Owner: a task for sleeping locks, a frame for spinning ones; -1: free. */
  readonly owner: Int32Array;
  /** 1: waiters spin. */
  readonly spins: Uint8Array;
  /** Waiting tasks or frames, in order of arrival. */
  readonly waiters: number[][];
  /** Task that spins for a sleeping lock, its first waiter; -1: none. */
  readonly spinner: Int32Array;
  /** Locks that have one. */
  spinning = 0;

  constructor(locks: number) {
    this.owner = new Int32Array(locks).fill(-1);
    this.spins = new Uint8Array(locks);
    this.spinner = new Int32Array(locks).fill(-1);
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
  if (frame !== undefined) endSpin(k, frame);
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
 * Releases a sleeping lock: the owner loses what it was lent and the strongest waiter owns it.
 * Returns the CPU that must get a reschedule IPI, or -1.
 */
export function releaseSleeping(k: Kernel, lock: number, task: number): number {
  const { locks, task: tasks } = k;
  const waiters = locks.waiters[lock];
  const lent =
    tasks.class[task] !== tasks.ownClass[task] || tasks.priority[task] !== tasks.ownPriority[task];
  if (lent) {
    const [schedClass, priority] = effectivePriority(k, task, lock);
    setPriority(k, task, schedClass, priority, true);
    loweredRunning(k, task, tasks.cpu[task]);
  }
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
  if (locks.spinner[lock] === heir) endSpin(k, k.taskFrames + heir);
  for (const waiter of waiters) boost(k, heir, waiter);
  return wake(k, heir, tasks.cpu[task]);
}
