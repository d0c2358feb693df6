/**
 * Whether a CPU keeps, or ever has, its tick: kernel/sched/idle.c cpu_idle_poll, tick-sched.c,
 * kernel/sched/core.c sched_can_stop_tick.
 */
import type { KernelPlan, Scheduling } from '../plan/normalized.js';

/** A CPU that polls when idle keeps its tick (from 4.17). */
export function idlePollsWithTick(kernel: KernelPlan): boolean {
  return kernel.idle.kind === 'poll' && kernel.flags.idlePollKeepsTick;
}

/** A thread and where it may run. */
export interface Placed {
  readonly scheduling: Scheduling;
  readonly cpus: readonly number[];
}

/**
 * True if the tick of a nohz_full CPU never has a reason to run: at most one fair thread, at most one
 * of round robin, no deadline thread and no fair server. `threads` are all of the Linux.
 */
export function neverTicks(kernel: KernelPlan, cpu: number, threads: readonly Placed[]): boolean {
  const server = kernel.flags.fairServer && !kernel.fairServerOff.includes(cpu);
  if (!kernel.nohzFull.includes(cpu) || server || idlePollsWithTick(kernel)) return false;
  if (kernel.flags.idleExitStartsTick || kernel.clockUnstable) return false;
  const position = kernel.cpus.indexOf(cpu);
  const here = [
    ...threads.filter(({ cpus }) => cpus.includes(cpu)).map(({ scheduling }) => scheduling),
    kernel.ksoftirqd[position],
    ...(kernel.flags.ktimersThread ? [kernel.ktimers[position]] : []),
  ];
  const count = (policy: Scheduling['policy']): number =>
    here.filter((scheduling) => scheduling.policy === policy).length;
  return kernel.nohz && count('other') <= 1 && count('rr') <= 1 && count('deadline') === 0;
}
