/** Whether an idle CPU keeps its tick: kernel/sched/idle.c cpu_idle_poll, tick-sched.c. */
import type { KernelPlan } from '../plan/normalized.js';

/** A CPU that polls when idle keeps its tick (from 4.17). */
export function idlePollsWithTick(kernel: KernelPlan): boolean {
  return kernel.idle.kind === 'poll' && kernel.flags.idlePollKeepsTick;
}
