/**
 * Adaptive spinning of rt_mutexes: the first waiter spins for as long as the owner runs on another CPU.
 *
 * [S] kernel/locking/rtmutex.c rtmutex_spin_on_owner, rt_mutex_slowlock_block; 6.12 and 6.1, recorded by
 * `pi-owner-running-elsewhere`. spinlock_t of RT spun before 5.15 too (adaptive_wait of the -rt patches),
 * mutexes with priority inheritance only since then: flag `adaptiveRtMutex`. The waiter stops, and sleeps,
 * when the owner leaves its CPU, when a stronger waiter comes, and when its own CPU must reschedule in a
 * kernel that cannot preempt it; one that is preempted looks again when it is back. A guest knows that
 * the vCPU of an owner is preempted (vcpu_is_preempted) unless it has the realtime hint. Left out: what
 * noticing takes (a round of the loop), and that waking a waiter that spins costs less than a sleeping one.
 */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import { stronger } from './priorityInheritance.js';
import { account, dequeue } from './runQueue.js';
import { sleep } from './schedule.js';

/** From the spinning step of a lock to the first that its owner does. */
export const SPIN_TO_HELD = 1;

/** A frame in a step without end goes on: at once, or when its CPU is back at it. */
export function endSpin(k: Kernel, frame: number): void {
  const lane = k.cpu.lane[k.frameCpu[frame]];
  if (k.laneFrame[lane] === frame) k.endSegmentAt(lane, k.nowNs);
  else k.frameRemainingNs[frame] = 0;
}

/** owner_on_cpu. */
function ownerRuns(k: Kernel, owner: number): boolean {
  const cpu = k.task.cpu[owner];
  if (k.cpu.current[cpu] !== owner && k.cpu.switchingTo[cpu] !== owner) return false;
  return !(k.traitsOf(cpu).seesPreemption && k.vcpuIsPreempted(cpu));
}

/** rt_mutex_waiter_is_top_waiter: nobody is stronger, and no equal came before. */
function isFirst(k: Kernel, lock: number, task: number): boolean {
  const waiters = k.locks.waiters[lock];
  let first = waiters[0];
  for (const waiter of waiters) {
    if (waiter !== first && stronger(k, waiter, first)) first = waiter;
  }
  return first === task;
}

/**
 * What a waiter does next: it goes on at `owned` if the lock has been handed over, spins in step `spin`
 * (-1: its lock has no such step), or sleeps and goes on at `owned`. Returns what an action returns.
 */
export function awaitLock(
  k: Kernel,
  task: number,
  spin: number,
  owned: number,
  lane: number,
): number {
  const lock = k.task.waitsFor[task];
  if (lock < 0) return owned;
  const cpu = k.task.cpu[task];
  const mustLeave = (k.attention[cpu] & ACCEPT_RESCHED) !== 0 && !k.traitsOf(cpu).preemptible;
  const spins = spin >= 0 && !mustLeave && isFirst(k, lock, task);
  if (!spins || !ownerRuns(k, k.locks.owner[lock])) return sleep(k, task, owned, lane);
  if (k.locks.spinner[lock] < 0) k.locks.spinning++;
  k.locks.spinner[lock] = task;
  k.frameDynamicNs[k.taskFrames + task] = Number.POSITIVE_INFINITY;
  k.pauseLoop(cpu);
  return spin;
}

/** The waiter is out of its spinning step. */
export function spinOver(k: Kernel, lock: number, task: number): void {
  if (k.locks.spinner[lock] !== task) return;
  k.locks.spinner[lock] = -1;
  k.locks.spinning--;
}

/** A thread left its CPU: who spins for it, or for a thread of the vCPU that it runs, stops. */
export function ownerLeft(k: Kernel, task: number): void {
  const { locks } = k;
  const vcpu = k.task.vcpu[task];
  const inside = vcpu >= 0 ? k.cpu.current[vcpu] : -1;
  for (let lock = 0; lock < locks.spinner.length; lock++) {
    const spinner = locks.spinner[lock];
    if (spinner < 0) continue;
    const owner = locks.owner[lock];
    if ((owner === task || owner === inside) && !ownerRuns(k, owner)) {
      endSpin(k, k.taskFrames + spinner);
    }
  }
}

/** The order of a lock's waiters changed: one that spins and is not the first any more stops. */
export function orderChanged(k: Kernel, lock: number): void {
  const spinner = k.locks.spinner[lock];
  if (spinner >= 0 && !isFirst(k, lock, spinner)) endSpin(k, k.taskFrames + spinner);
}

/**
 * need_resched: in a kernel that cannot be preempted a waiter that spins goes to sleep before its CPU
 * reschedules.
 */
export function leaveSpin(k: Kernel, task: number): void {
  const { task: tasks } = k;
  const lock = tasks.waitsFor[task];
  const cpu = tasks.cpu[task];
  if (lock < 0 || k.locks.spinner[lock] !== task || k.traitsOf(cpu).preemptible) return;
  const frame = k.taskFrames + task;
  spinOver(k, lock, task);
  k.framePc[frame] += SPIN_TO_HELD;
  k.frameRemainingNs[frame] = -1;
  account(k, cpu);
  dequeue(k, task);
  tasks.runnable[task] = 0;
}
