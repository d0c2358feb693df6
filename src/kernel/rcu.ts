/**
 * RCU callbacks: what call_rcu hands over runs on the same CPU after a grace period, or elsewhere.
 *
 * [M] kernel/rcu/tree.c call_rcu, rcu_sched_clock_irq, invoke_rcu_core, rcu_do_batch;
 * kernel/rcu/tree_nocb.h nocb_gp_wait, nocb_cb_wait. The tick finds callbacks that are ready: without
 * RT it raises RCU_SOFTIRQ, with RT it wakes rcuc/N (rcutree.use_softirq=0). A CPU with callbacks keeps
 * its tick when idle (rcu_needs_cpu). On a CPU of rcu_nocbs= the first callback wakes rcuog of its group,
 * which waits for the grace period and wakes rcuop/N; both run where kernel threads may. Left out: what a
 * grace period waits for (its length is drawn), the thread that drives it, rcub, bypass lists,
 * and limits that grow with the length of the list.
 */
import { IRQ_RESCHEDULE } from './cpu.js';
import type { Kernel } from './kernel.js';
import { raiseSoftirq, SOFTIRQ_RCU } from './softirq.js';
import { wake } from './wakeup.js';

/** Who runs the callbacks of a CPU. */
export const RCU_OFF = 0;
export const RCU_SOFT = 1;
export const RCU_THREAD = 2;
export const RCU_OFFLOADED = 3;

/** blimit: callbacks that are run before somebody else may. */
const BATCH = 10;

export class RcuColumns {
  readonly mode: Uint8Array;
  /** Callbacks that wait for the grace period in progress, for the one after it, and for nothing. */
  readonly waiting: Int32Array;
  readonly next: Int32Array;
  readonly done: Int32Array;
  readonly slot: Int32Array;
  readonly periodCost: Int32Array;
  readonly callbackCost: Int32Array;
  /** rcuc/N or rcuop/N, and the rcuog of its group; -1: none. */
  readonly thread: Int32Array;
  readonly leader: Int32Array;
  /** CPU that an rcuc or rcuop serves, by task. */
  readonly serves: Int32Array;
  /** Softirq work in a thread, and in place. */
  readonly softirqProgram: Int32Array;
  readonly inlineProgram: Int32Array;

  constructor(cpus: number, tasks: number) {
    this.mode = new Uint8Array(cpus);
    this.waiting = new Int32Array(cpus);
    this.next = new Int32Array(cpus);
    this.done = new Int32Array(cpus);
    this.slot = new Int32Array(cpus).fill(-1);
    this.periodCost = new Int32Array(cpus);
    this.callbackCost = new Int32Array(cpus);
    this.thread = new Int32Array(cpus).fill(-1);
    this.leader = new Int32Array(cpus).fill(-1);
    this.serves = new Int32Array(tasks).fill(-1);
    this.softirqProgram = new Int32Array(cpus);
    this.inlineProgram = new Int32Array(cpus);
  }
}

const queued = ({ rcu }: Kernel, cpu: number): number =>
  rcu.waiting[cpu] + rcu.next[cpu] + rcu.done[cpu];

/** call_rcu on a CPU. Returns the rcuog to wake, or -1. */
export function callRcu(k: Kernel, cpu: number, count: number): number {
  const { rcu } = k;
  const first = queued(k, cpu) === 0;
  if (rcu.waiting[cpu] > 0) {
    rcu.next[cpu] += count;
  } else {
    rcu.waiting[cpu] = count;
    beginPeriod(k, cpu);
  }
  return first && rcu.mode[cpu] === RCU_OFFLOADED ? rcu.leader[cpu] : -1;
}

function beginPeriod(k: Kernel, cpu: number): void {
  const lengthNs = k.costs.draw(k.rcu.periodCost[cpu]);
  k.schedule(k.rcu.slot[cpu], k.nowNs + Math.max(1, lengthNs));
}

/** Slot handler: a grace period is over for the callbacks of a CPU. */
export function gracePeriodOver(k: Kernel, cpu: number): void {
  const { rcu } = k;
  rcu.done[cpu] += rcu.waiting[cpu];
  rcu.waiting[cpu] = rcu.next[cpu];
  rcu.next[cpu] = 0;
  if (rcu.waiting[cpu] > 0) beginPeriod(k, cpu);
  const leader = rcu.leader[cpu];
  if (rcu.mode[cpu] !== RCU_OFFLOADED || k.task.runnable[leader] === 1) return;
  const told = wake(k, leader, k.task.cpu[leader]);
  const home = told >= 0 ? told : k.task.cpu[leader];
  if (k.attention[home] !== 0) k.interruptFromEvent(home, IRQ_RESCHEDULE);
}

/** rcu_needs_cpu: callbacks that are not offloaded keep the tick of an idle CPU. */
export function needsTick(k: Kernel, cpu: number): boolean {
  const { mode } = k.rcu;
  return mode[cpu] !== RCU_OFF && mode[cpu] !== RCU_OFFLOADED && queued(k, cpu) > 0;
}

/** rcu_sched_clock_irq of a tick. Returns the rcuc to wake, or -1. */
export function rcuTick(k: Kernel, cpu: number): number {
  const { rcu } = k;
  if (rcu.done[cpu] === 0) return -1;
  if (rcu.mode[cpu] === RCU_SOFT) raiseSoftirq(k, cpu, SOFTIRQ_RCU);
  const thread = rcu.thread[cpu];
  return rcu.mode[cpu] === RCU_THREAD && k.task.runnable[thread] === 0 ? thread : -1;
}

/** Takes up to `most` callbacks that are ready; what they take together, ns. */
export function takeCallbacks(k: Kernel, cpu: number, most = BATCH): number {
  const { rcu } = k;
  const count = Math.min(most, rcu.done[cpu]);
  rcu.done[cpu] -= count;
  return count === 0 ? 0 : count * k.costs.draw(rcu.callbackCost[cpu]);
}
