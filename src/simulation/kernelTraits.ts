/** How one Linux of a plan behaves: its flags as the kernel's code reads them. */
import type { KernelTraits } from '../kernel/kernel.js';
import type { KernelLayout } from './layout.js';

/** Base slice of EEVDF before scaling by the number of CPUs ([S] kernel/sched/fair.c). */
const BASE_SLICE_NS = 700_000;
/** sysctl_sched_latency of CFS, scaled alike ([S] 6.1 kernel/sched/fair.c). */
const LATENCY_NS = 6_000_000;

export function traitsOf(kernel: KernelLayout): KernelTraits {
  const { plan, cpuIndex } = kernel;
  const { flags } = plan;
  const full = new Set(plan.nohzFull);
  const indexes = (cpus: readonly number[]): number[] =>
    cpus.flatMap((cpu) => cpuIndex.get(cpu) ?? []);
  const sliceFactor = 1 + Math.min(3, 31 - Math.clz32(plan.cpus.length));
  return {
    name: kernel.name,
    isGuest: kernel.guest !== undefined,
    rt: plan.preemption === 'rt',
    preemptible: ['rt', 'full', 'lazy'].includes(plan.preemption),
    softirqInThread: plan.forcedThreads,
    ktimersThread: flags.ktimersThread,
    seesPreemption: kernel.guest?.seesPreemption ?? false,
    tickNs: Math.round(1e9 / plan.hz),
    rtRuntimeNs: flags.rtThrottling ? plan.rtRuntimeNs : -1,
    rtPeriodNs: plan.rtPeriodNs,
    rtRuntimeShare: flags.rtRuntimeShare,
    fairServerStopsAtDequeue: flags.fairServerStopsAtDequeue,
    timerMigration: plan.timerMigration,
    localResidualTick: flags.localResidualTick,
    idleExitStartsTick: flags.idleExitStartsTick,
    lazy: plan.preemption === 'lazy',
    tickNeverStops: !plan.nohz,
    hasFarTimer: plan.machineCheckPoll,
    idlePollKeepsTick: flags.idlePollKeepsTick,
    fairSliceNs: BASE_SLICE_NS * sliceFactor,
    fairLatencyNs: flags.eevdf ? 0 : LATENCY_NS * sliceFactor,
    cpus: indexes(plan.cpus),
    housekeeping: indexes(plan.cpus.filter((cpu) => !full.has(cpu))),
  };
}
