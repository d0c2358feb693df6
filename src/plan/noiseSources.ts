/**
 * What interrupts a CPU although nobody asked it to, one row a source. Whom it hits and what switches
 * it off follow from Linux 6.12; [M] rows are general knowledge. Rates of what people or programs do
 * are assumptions. Left out: who makes calls; thermal interrupts; on RT the timer wheel (watchdog of
 * clocks, machine-check poll) runs in a thread; 6.12 spares machines with TSC_ADJUST that watchdog.
 */
import { constantLaw, type Law } from '../base/law.js';
import { exponentialLaw } from './arrival.js';
import type { NoiseFacts, NoiseSource } from './noiseSource.js';

const SECOND = 1_000_000_000;

const all = ({ cpus }: NoiseFacts): readonly number[] => cpus;
const unless =
  (...words: string[]) =>
  ({ cpus, words: given }: NoiseFacts): readonly number[] =>
    words.some((word) => given.has(word)) ? [] : cpus;
/** The watchdogs leave nohz_full CPUs out by default. */
const watched = (...words: string[]) => {
  const on = unless(...words);
  return (facts: NoiseFacts): readonly number[] =>
    on(facts).filter((cpu) => !facts.nohzFull.includes(cpu));
};
const assumed = (minNs: number, p50Ns: number, maxNs: number, source: string): Law => ({
  minNs,
  quantiles: [{ p: 0.5, ns: p50Ns }],
  maxNs,
  status: 'assumed',
  source,
});
const constant = (seconds: number, source: string): Law =>
  constantLaw(seconds * SECOND, source, 'sourced');

export const NOISE_SOURCES = {
  clocksourceWatchdog: {
    cause: 'clocksource watchdog',
    delivery: 'irq',
    spread: 'rotate',
    every: constant(0.5, 'WATCHDOG_INTERVAL of kernel/time/clocksource.c'),
    run: assumed(1500, 2500, 6000, 'two reads of the HPET and one of the TSC; no published figure'),
    hits: unless('tsc=reliable', 'tsc=nowatchdog'),
    source:
      '[S] kernel/time/clocksource.c clocksource_watchdog: add_timer_on of the next online CPU',
  },
  hardLockupNmi: {
    cause: 'NMI',
    delivery: 'nmi',
    spread: 'each',
    every: constant(10, 'watchdog_thresh 10 s'),
    run: 'nmi',
    hits: watched('nmi_watchdog=0', 'nowatchdog'),
    source: '[S] kernel/watchdog.c watchdog_cpumask = HK_TYPE_TIMER',
  },
  softLockupTimer: {
    cause: 'soft-lockup timer',
    delivery: 'irq',
    spread: 'each',
    every: constant(4, '2/5 of watchdog_thresh 10 s'),
    run: assumed(300, 600, 3000, 'watchdog_timer_fn and the wake-up of the stopper; no figure'),
    hits: watched('nosoftlockup', 'nowatchdog', 'soft_watchdog=0'),
    source: '[S] kernel/watchdog.c watchdog_timer_fn; its stopper work is in the cost',
  },
  machineCheckPoll: {
    cause: 'machine-check poll',
    delivery: 'irq',
    spread: 'each',
    every: constant(300, 'check_interval 5 min'),
    run: assumed(2000, 8000, 40_000, 'reading some 20 MCA banks by MSR; no published figure'),
    hits: unless('mce=ignore_ce', 'mce=off'),
    source: '[M] arch/x86/kernel/cpu/mce/core.c mce_timer_fn',
  },
  vmstat: {
    cause: 'kworker vmstat',
    delivery: 'work',
    spread: 'each',
    every: constant(1, 'vm.stat_interval 1 s'),
    run: assumed(1000, 3000, 20_000, 'refresh_cpu_vm_stats; no published figure'),
    hits: ({ cpus, isolated, nohzFull, vmstatSkipsIsolated }) =>
      cpus.filter(
        (cpu) => !vmstatSkipsIsolated || !(isolated.includes(cpu) || nohzFull.includes(cpu)),
      ),
    source: '[S] mm/vmstat.c vmstat_shepherd',
  },
  rcuExpedited: {
    cause: 'expedited RCU',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(60 * SECOND, 'assumed: one a minute'),
    run: 'callFunction',
    hits: (facts) => (facts.rt || facts.words.has('rcupdate.rcu_normal=1') ? [] : facts.cpus),
    source: '[S] kernel/rcu/tree_exp.h; off on RT: rcu_normal_after_boot',
  },
  membarrier: {
    cause: 'membarrier',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(60 * SECOND, 'assumed: one a minute'),
    run: 'callFunction',
    hits: all,
    source: '[S] kernel/sched/membarrier.c ipi_mb, of a process with threads on these CPUs',
  },
  tlbShootdown: {
    cause: 'TLB shootdown',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(116 * SECOND, '93 IPIs in 3 h on isolated CPUs (V. Schneider, 2025)'),
    run: 'callFunction',
    hits: all,
    source: '[M] arch/x86/mm/tlb.c flush_tlb_func: vfree, and munmap of a process on these CPUs',
  },
  ksm: {
    cause: 'KSM merge',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(1 * SECOND, 'assumed: one merge a second'),
    run: 'callFunction',
    hits: all,
    source: '[M] mm/ksm.c write_protect_page, replace_page: mmu notifier, TLB flush of all vCPUs',
  },
  hugePageCollapse: {
    cause: 'huge page collapse',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(10 * SECOND, 'assumed: one every 10 s'),
    run: 'callFunction',
    hits: all,
    source:
      '[M] mm/khugepaged.c collapse_huge_page: mmu notifier, TLB flush; scan_sleep_millisecs 10 s',
  },
  numaBalancing: {
    cause: 'NUMA hinting',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(1 * SECOND, 'assumed: one scan a second'),
    run: 'callFunction',
    hits: all,
    source: '[S] kernel/sched/fair.c task_numa_work: protection change, TLB flush',
  },
  compaction: {
    cause: 'page migration',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(30 * SECOND, 'assumed: one every 30 s'),
    run: 'callFunction',
    hits: all,
    source:
      '[M] mm/migrate.c try_to_migrate: mmu notifier, TLB flush; compaction and memory hotplug',
  },
  textPoke: {
    cause: 'text poke',
    delivery: 'call',
    spread: 'all',
    every: exponentialLaw(138 * SECOND, '78 do_sync_core in 3 h (V. Schneider, 2025)'),
    run: 'callFunction',
    burst: 3,
    hits: all,
    source: '[S] arch/x86/kernel/alternative.c text_poke_bp_batch: three rounds of do_sync_core',
  },
  msrAccess: {
    cause: 'MSR access by a tool',
    delivery: 'call',
    spread: 'each',
    every: exponentialLaw(10 * SECOND, 'assumed: a monitoring tool every 10 s'),
    run: 'callFunction',
    hits: all,
    source: '[M] arch/x86/lib/msr-smp.c rdmsr_on_cpu: turbostat, perf, RAPL readers',
  },
  memoryReclaim: {
    cause: 'kworker lru_add_drain',
    delivery: 'work',
    spread: 'all',
    every: exponentialLaw(60 * SECOND, 'assumed: one a minute'),
    run: assumed(1000, 4000, 50_000, 'no published figure'),
    hits: all,
    source: '[M] mm/swap.c lru_add_drain_all: bound work on every CPU',
  },
  stopMachine: {
    cause: 'stop_machine',
    delivery: 'stop',
    spread: 'all',
    every: exponentialLaw(3600 * SECOND, 'assumed: one an hour'),
    run: assumed(5000, 20_000, 200_000, '20-200 us are commonly put; no published figure'),
    hits: all,
    source: '[M] kernel/stop_machine.c multi_cpu_stop',
  },
  cpuHotplug: {
    cause: 'stop_machine',
    delivery: 'stop',
    spread: 'all',
    every: exponentialLaw(86_400 * SECOND, 'assumed: one a day'),
    run: assumed(1_000_000, 3_000_000, 10_000_000, '1-10 ms are commonly put; no published figure'),
    hits: all,
    source: '[M] kernel/cpu.c takedown_cpu',
  },
} as const satisfies Readonly<Record<string, NoiseSource>>;

export type NoiseName = keyof typeof NOISE_SOURCES;

/** Names a user may write under `noise`. */
export const NOISE_NAMES = Object.keys(NOISE_SOURCES) as NoiseName[];
