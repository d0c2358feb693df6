/** What is asked about one thread on one CPU, and what stands against any answer. */
import { rankOf, type ThreadContract } from '../contract/contract.js';
import type { CpuContracts } from '../contract/cpuContracts.js';
import type { Figure, Figures } from '../contract/figure.js';
import { timersLeave } from '../contract/sleepTimer.js';
import type { WorkloadPlan } from '../plan/normalized.js';
import type { Once } from './busyWindow.js';
import { lockReasons, type Outer, strongerThreads } from './interference.js';

/** Which latency of a workload: its main one, or timerlat's other two. */
export type LatencyKind = 'main' | 'user' | 'irq' | 'asleep';

export interface HostQuestion {
  readonly workload: WorkloadPlan;
  readonly kind: LatencyKind;
  readonly contracts: CpuContracts;
  readonly figures: Figures;
  /** What surrounds this Linux. */
  readonly outer: Outer;
  /**
   * How late a wake-up by a timer may reach this CPU; `detour` is the same for the measured thread's
   * own, 0 where its timer fires here.
   */
  readonly jitterNs: number;
  readonly detour: Figure;
  /** Throttling may strike, on this CPU or on one that lends it runtime. */
  readonly throttled: string | undefined;
  /** What waiting for locks of other CPUs takes; absent: nobody has looked. */
  readonly remote?: RemoteLocks;
}

/** Sleeping locks of the measured thread that threads of other CPUs may hold. */
export interface RemoteLocks {
  readonly locks: ReadonlySet<string>;
  readonly reasons: readonly string[];
  /** A wait for each section that takes one, and what going on after it takes. */
  readonly once: readonly Once[];
}

/** Why the thread has no bound on its CPU; `chain`: others that work for the same. */
export function reasonsAgainst(
  { workload, contracts, throttled, remote }: HostQuestion,
  thread: ThreadContract,
  chain: readonly string[] = [],
): string[] {
  const rank = rankOf(thread);
  if (thread.policy === 'other') return ['the thread is fair: others of its class share the CPU'];
  if (thread.policy === 'deadline') return ['threads under SCHED_DEADLINE are not analysed'];
  const stronger = strongerThreads(contracts, rank, thread.subject).filter(
    ({ subject }) => !chain.includes(subject),
  );
  const reasons = [...contracts.gaps];
  if (workload.kind === 'interrupt') reasons.push('interrupts of guest devices are not analysed');
  for (const one of stronger) {
    const relation = rankOf(one) === rank ? 'as strong and' : 'stronger and';
    if (one.endless) reasons.push(`${one.subject} is ${relation} never gives way`);
    else if (thread.endless && rankOf(one) === rank) {
      reasons.push(`${one.subject} shares its priority with a loop: its work piles up meanwhile`);
    }
    if (one.policy === 'deadline') {
      reasons.push(`${one.subject} runs under SCHED_DEADLINE, which is not analysed`);
    }
  }
  const own = { ...thread, locks: thread.locks.filter(({ lock }) => !remote?.locks.has(lock)) };
  reasons.push(...lockReasons(contracts, [own, ...stronger]), ...(remote?.reasons ?? []));
  const { instance, cpu } = contracts;
  if (instance.guest && timersLeave(instance, cpu)) {
    reasons.push('timers may fire on another vCPU (nohz_full with kernel.timer_migration=1)');
  }
  if (throttled) reasons.push(throttled);
  return reasons;
}
