/**
 * Softirqs: raising, and who runs them.
 *
 * [S] kernel/softirq.c. Without RT they run in place at the end of the interrupt, preemption off,
 * interrupts on (after 2 ms, 10 passes or for a thread that must run, ksoftirqd gets the rest); with
 * threadirqs an interrupt wakes ksoftirqd instead. On RT an interrupt only wakes ksoftirqd, and only
 * while nobody on the CPU is inside a bottom-half-disabled section (should_wake_ksoftirqd); a thread
 * that leaves such a section runs what is pending itself. ktimers, where there is one, has the
 * vectors of the timers and is woken whoever holds the bottom halves (raise_ktimers_thread).
 * Left out: the lock a vector of the -rt patches of 4.x, which had no lock of all bottom halves.
 */
import type { Kernel } from './kernel.js';

/** Vectors that are modelled, in the order in which they run ([S] include/linux/interrupt.h). */
export const SOFTIRQ_TIMER = 1;
export const SOFTIRQ_NET = 2;
export const SOFTIRQ_HRTIMER = 4;
export const SOFTIRQ_RCU = 8;

export const TIMER_VECTORS = SOFTIRQ_TIMER | SOFTIRQ_HRTIMER;

export class SoftirqColumns {
  readonly pending: Uint8Array;
  /** Vectors that wait for ktimers. */
  readonly timersPending: Uint8Array;
  readonly ksoftirqd: Int32Array;
  /** Thread for the timer vectors; -1: ksoftirqd does them. */
  readonly ktimers: Int32Array;
  /** Threads inside a bottom-half-disabled section of the CPU (softirq_ctrl.cnt on RT). */
  readonly disabled: Int32Array;
  /** First softirq step of the executor by CPU: in place, a thread at local_bh_enable, a daemon. */
  readonly inlineProgram: Int32Array;
  readonly enableProgram: Int32Array;
  readonly ksoftirqdProgram: Int32Array;
  readonly ktimersProgram: Int32Array;
  /** Where a daemon begins when it is woken. */
  readonly ksoftirqdStart: Int32Array;
  readonly ktimersStart: Int32Array;
  /** Step of a thread after the softirqs that it runs at local_bh_enable. */
  readonly returnPc: Int32Array;
  /** Passes of the executor, and when it began. */
  readonly rounds: Int32Array;
  readonly startedNs: Float64Array;
  /** Vectors, and pieces of device work, that the pass of handle_softirqs has left. */
  readonly pass: Uint8Array;
  readonly passWork: Int32Array;

  constructor(cpus: number, tasks: number) {
    this.pending = new Uint8Array(cpus);
    this.timersPending = new Uint8Array(cpus);
    this.ksoftirqd = new Int32Array(cpus).fill(-1);
    this.ktimers = new Int32Array(cpus).fill(-1);
    this.disabled = new Int32Array(cpus);
    this.inlineProgram = new Int32Array(cpus);
    this.enableProgram = new Int32Array(cpus);
    this.ksoftirqdProgram = new Int32Array(cpus);
    this.ktimersProgram = new Int32Array(cpus);
    this.ksoftirqdStart = new Int32Array(cpus);
    this.ktimersStart = new Int32Array(cpus);
    this.returnPc = new Int32Array(tasks).fill(-1);
    this.rounds = new Int32Array(cpus);
    this.startedNs = new Float64Array(cpus);
    this.pass = new Uint8Array(cpus);
    this.passWork = new Int32Array(cpus);
  }
}

/** raise_softirq, or raise_timer_softirq where ktimers has the timers. */
export function raiseSoftirq(k: Kernel, cpu: number, vector: number): void {
  const { softirq } = k;
  if (softirq.ktimers[cpu] >= 0 && (vector & TIMER_VECTORS) !== 0) {
    softirq.timersPending[cpu] |= vector;
  } else {
    softirq.pending[cpu] |= vector;
  }
}

/** Anything that the end of an interrupt must see to. */
export function softirqsPending(k: Kernel, cpu: number): boolean {
  return (k.softirq.pending[cpu] | k.softirq.timersPending[cpu]) !== 0;
}

/** Thread that the end of an interrupt must wake for what is pending; -1: none. */
export function softirqThreadToWake(k: Kernel, cpu: number): number {
  const { softirq } = k;
  const timers = softirq.ktimers[cpu];
  if (softirq.timersPending[cpu] !== 0 && k.task.runnable[timers] === 0) return timers;
  if (softirq.pending[cpu] === 0 || softirq.disabled[cpu] > 0) return -1;
  const other = softirq.ksoftirqd[cpu];
  return k.task.runnable[other] === 0 ? other : -1;
}
