/**
 * Softirqs: raising, who runs them, and their work.
 *
 * [S] kernel/softirq.c. Without RT they run in place at the end of the interrupt, preemption off,
 * interrupts on (after 2 ms, 10 passes or for a thread that must run, ksoftirqd gets the rest). With
 * RT an interrupt only wakes ksoftirqd, or ktimers for the timer vectors, and only while nobody on
 * the CPU is inside a bottom-half-disabled section (should_wake_ksoftirqd). Left out: softirqs that a
 * thread runs by itself at local_bh_enable.
 */
import type { Kernel } from './kernel.js';

/** Vectors that are modelled, in the order in which they run ([S] include/linux/interrupt.h). */
export const SOFTIRQ_TIMER = 1;
export const SOFTIRQ_NET = 2;
export const SOFTIRQ_HRTIMER = 4;

export const TIMER_VECTORS = SOFTIRQ_TIMER | SOFTIRQ_HRTIMER;

export class SoftirqColumns {
  readonly pending: Uint8Array;
  readonly ksoftirqd: Int32Array;
  /** Thread for the timer vectors; -1: ksoftirqd does them. */
  readonly ktimers: Int32Array;
  /** Threads inside a bottom-half-disabled section of the CPU. */
  readonly disabled: Int32Array;
  /** First softirq step of the executor: by CPU for inline, by CPU for each thread. */
  readonly inlineProgram: Int32Array;
  readonly ksoftirqdProgram: Int32Array;
  readonly ktimersProgram: Int32Array;
  /** The timer or device that the running softirq is about, by frame of its executor. */
  readonly rounds: Int32Array;
  /** Without RT: vectors, and pieces of device work, that the pass of handle_softirqs has left. */
  readonly pass: Uint8Array;
  readonly passWork: Int32Array;
  readonly startedNs: Float64Array;

  constructor(cpus: number) {
    this.pending = new Uint8Array(cpus);
    this.ksoftirqd = new Int32Array(cpus).fill(-1);
    this.ktimers = new Int32Array(cpus).fill(-1);
    this.disabled = new Int32Array(cpus);
    this.inlineProgram = new Int32Array(cpus);
    this.ksoftirqdProgram = new Int32Array(cpus);
    this.ktimersProgram = new Int32Array(cpus);
    this.rounds = new Int32Array(cpus);
    this.pass = new Uint8Array(cpus);
    this.passWork = new Int32Array(cpus);
    this.startedNs = new Float64Array(cpus);
  }
}

export function raiseSoftirq(k: Kernel, cpu: number, vector: number): void {
  k.softirq.pending[cpu] |= vector;
}

/** Thread that must be woken for what is pending on an RT CPU; -1: none. */
export function softirqThreadToWake(k: Kernel, cpu: number): number {
  const { softirq } = k;
  const pending = softirq.pending[cpu];
  if (pending === 0 || softirq.disabled[cpu] > 0) return -1;
  const timers = softirq.ktimers[cpu];
  if (timers >= 0 && (pending & TIMER_VECTORS) !== 0 && k.task.runnable[timers] === 0)
    return timers;
  const rest = timers >= 0 ? pending & ~TIMER_VECTORS : pending;
  const other = softirq.ksoftirqd[cpu];
  return rest !== 0 && k.task.runnable[other] === 0 ? other : -1;
}
