/**
 * Kernel behaviour by named feature flags. A preset is a set of flags, never a version comparison:
 * importers set flags from evidence, the version only supplies defaults.
 */

export type PreemptionModel = 'none' | 'voluntary' | 'full' | 'lazy' | 'rt';

export interface KernelFlags {
  /** vCPU threads block on simple wait queues (swait, rcuwait): hardirq may wake them. */
  readonly simpleWaitQueue: boolean;
  /** The emulated LAPIC timer's hrtimer runs in hardirq (irqsafe, ABS_HARD), not in ksoftirqd. */
  readonly lapicTimerHard: boolean;
  /** The LAPIC hrtimer stays on the arming CPU (HRTIMER_MODE_ABS_PINNED, 4.6 to 5.3). */
  readonly lapicTimerPinned: boolean;
  /** A thread of its own (ktimers, ktimersoftd) runs timer softirqs on RT. */
  readonly ktimersThread: boolean;
  /** The VMX preemption timer may back the guest's deadline timer. */
  readonly preemptionTimer: boolean;
  /** Its exit and the MSR write are handled with interrupts off, without leaving the fast path. */
  readonly timerFastpath: boolean;
  /** HLT is handled with interrupts off too, without handle_exit (6.12). */
  readonly haltFastpath: boolean;
  /** The preemption timer's deadline is programmed earlier by the advance. */
  readonly preemptionTimerSubtractsAdvance: boolean;
  /** The advance trains itself; otherwise lapic_timer_advance_ns is a fixed number. */
  readonly adaptiveTimerAdvance: boolean;
  /** Timer interrupts may be posted from a housekeeping CPU. */
  readonly postedTimer: boolean;
  /** The wait for the deadline stands next to VM entry rather than before its preparation. */
  readonly waitNextToEntry: boolean;
  /** A too short poll halves the halt-poll window; otherwise it resets it to 0. */
  readonly haltPollHalves: boolean;
  /** RT throttling: rt_runtime of rt_period per CPU, idle while throttled. */
  readonly rtThrottling: boolean;
  /** CPUs lend each other realtime runtime (RT_RUNTIME_SHARE). */
  readonly rtRuntimeShare: boolean;
  /** EEVDF: a fair thread runs for a base slice; before 6.6 for its share of sched_latency (CFS). */
  readonly eevdf: boolean;
  /** The fair server: starving fair threads run as a deadline entity. */
  readonly fairServer: boolean;
  /** The fair server stops when the last fair thread leaves, not at its next timer. */
  readonly fairServerStopsAtDequeue: boolean;
  /** A stopped tick still fires locally once a second (before 4.17); later it is done remotely. */
  readonly localResidualTick: boolean;
  /** A CPU that idles by polling (idle=poll) keeps its tick, nohz_full or not (from 4.17). */
  readonly idlePollKeepsTick: boolean;
  /** vmstat_shepherd leaves isolated and nohz_full CPUs alone. */
  readonly vmstatSkipsIsolated: boolean;
  /** A nohz_full CPU that leaves idle starts its tick, whatever it goes on with (before 5.14). */
  readonly idleExitStartsTick: boolean;
  /** The first waiter of a mutex with priority inheritance spins while the owner runs (from 5.15). */
  readonly adaptiveRtMutex: boolean;
}

/** Names a user may write under `kernel.flags`. */
export const KERNEL_FLAG_NAMES = [
  'simpleWaitQueue',
  'lapicTimerHard',
  'lapicTimerPinned',
  'ktimersThread',
  'preemptionTimer',
  'timerFastpath',
  'haltFastpath',
  'preemptionTimerSubtractsAdvance',
  'adaptiveTimerAdvance',
  'postedTimer',
  'waitNextToEntry',
  'haltPollHalves',
  'rtThrottling',
  'rtRuntimeShare',
  'eevdf',
  'fairServer',
  'fairServerStopsAtDequeue',
  'localResidualTick',
  'idlePollKeepsTick',
  'vmstatSkipsIsolated',
  'idleExitStartsTick',
  'adaptiveRtMutex',
] as const satisfies ReadonlyArray<keyof KernelFlags>;

export interface KernelPreset {
  readonly flags: KernelFlags;
  readonly preemption: PreemptionModel;
  readonly hz: number;
  /** Default `kvm.halt_poll_ns` of x86. */
  readonly haltPollNs: number;
  /** Default priority of per-CPU threads: 0 is SCHED_OTHER, 1..99 SCHED_FIFO. */
  readonly ksoftirqdPriority: number;
  readonly ktimersPriority: number;
  readonly rcucPriority: number;
  readonly source: string;
}
