/**
 * Lazy preemption: a fair thread displaces another fair one when that returns to user mode, at the
 * latest at the second tick; threads of stronger classes preempt at once, as under preempt=full.
 *
 * [M] kernel/sched/core.c of 6.13 resched_curr_lazy, sched_tick; kernel/entry/common.c
 * exit_to_user_mode_loop. A lazy request sends no interrupt to another CPU. Left out: the older lazy
 * counters of the -rt patches, and cond_resched, which does nothing here.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, ACCEPT_RESCHED, type StepSpec } from '../engine/stepTable.js';
import { setReschedule } from './interrupt.js';
import { irqExit } from './irqExit.js';
import type { Kernel } from './kernel.js';
import { CLASS_FAIR } from './task.js';

export class LazyColumns {
  /** The running thread that has TIF_NEED_RESCHED_LAZY, by CPU; -1: none. */
  readonly flagged: Int32Array;

  constructor(cpus: number) {
    this.flagged = new Int32Array(cpus).fill(-1);
  }
}

/** True if `task` may displace `running` lazily only. */
export function isLazy(k: Kernel, task: number, running: number, cpu: number): boolean {
  const { class: classes } = k.task;
  return classes[task] === CLASS_FAIR && classes[running] === CLASS_FAIR && k.traitsOf(cpu).lazy;
}

/** resched_curr_lazy: what is in user mode on the own CPU will be left at the next return to it. */
export function rescheduleLazily(k: Kernel, cpu: number, running: number, fromCpu: number): void {
  k.lazy.flagged[cpu] = running;
  if (cpu === fromCpu) promote(k, cpu);
}

/** The return to user mode that is next leaves the thread, if it is one. */
function promote(k: Kernel, cpu: number): void {
  const task = k.cpu.current[cpu];
  if (k.lazy.flagged[cpu] !== task || !inUserMode(k, task)) return;
  k.lazy.flagged[cpu] = -1;
  k.attention[cpu] |= ACCEPT_RESCHED;
}

function inUserMode(k: Kernel, task: number): boolean {
  const vcpu = k.task.vcpu[task];
  if (vcpu >= 0) return k.cpu.inGuest[vcpu] === 1;
  return k.kernelSteps[k.framePc[k.taskFrames + task]] === 0;
}

/** sched_tick: what was asked for lazily before this tick is asked for in earnest. */
export function promoteAtTick(k: Kernel, cpu: number): void {
  if (k.lazy.flagged[cpu] !== k.cpu.current[cpu]) return;
  k.lazy.flagged[cpu] = -1;
  setReschedule(k, cpu, cpu);
}

/** The end of an interrupt, where something may have been asked for from another CPU. */
const irqExitLazy: Action<Kernel> = (k, frame, pc, lane) => {
  promote(k, k.frameCpu[frame]);
  return irqExit(k, frame, pc, lane);
};

/** What the end of an interrupt does. */
export const irqExitOf = (lazy: boolean): Action<Kernel> => (lazy ? irqExitLazy : irqExit);

const exitToUser: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  if (k.lazy.flagged[cpu] === frame - k.taskFrames) {
    k.lazy.flagged[cpu] = -1;
    k.attention[cpu] |= ACCEPT_RESCHED;
  }
  return pc + 1;
};

/** The return from kernel code to user mode. */
export function returnToUser<M extends Kernel>(cause: string): StepSpec<M> {
  return {
    name: 'return to user',
    kernelFunction: 'kernel/entry/common.c:exit_to_user_mode_loop',
    duration: 'zero',
    cause,
    accepts: ACCEPT_ALL,
    action: exitToUser,
  };
}

/** True if a step is kernel code. */
export function isKernelStep(name: string, kernelFunction: string | undefined): boolean {
  const section = /^(irqOff|preemptOff|raw|spin|read|write|rcu|kernel|bh|call|tlbFlush)[0-9]/;
  return kernelFunction !== undefined || section.test(name);
}
