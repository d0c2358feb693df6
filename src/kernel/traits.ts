/** Behaviour of one Linux; flags carry the meaning they have in a plan. */
export interface KernelTraits {
  readonly name: string;
  readonly isGuest: boolean;
  /** PREEMPT_RT. */
  readonly rt: boolean;
  /** Kernel code can be preempted (preempt=full or RT). */
  readonly preemptible: boolean;
  /** Softirqs raised by interrupts run in ksoftirqd or ktimers (RT, threadirqs). */
  readonly softirqInThread: boolean;
  readonly ktimersThread: boolean;
  /** A guest that knows when its vCPUs are preempted (vcpu_is_preempted). */
  readonly seesPreemption: boolean;
  readonly tickNs: number;
  /** -1: RT throttling is off. */
  readonly rtRuntimeNs: number;
  readonly rtPeriodNs: number;
  readonly rtRuntimeShare: boolean;
  readonly fairServerStopsAtDequeue: boolean;
  readonly timerMigration: boolean;
  readonly localResidualTick: boolean;
  /** Leaving idle starts the tick of a nohz_full CPU. */
  readonly idleExitStartsTick: boolean;
  /** PREEMPT_LAZY: a fair thread displaces another one only at its return to user mode or at a tick. */
  readonly lazy: boolean;
  /** The tick never stops (nohz=off); it runs while a CPU idles by polling. */
  readonly tickNeverStops: boolean;
  /**
   * Every CPU has a timer in the far future, the poll for machine checks: its clock event device is
   * never stopped for want of timers. The poll itself is noise, and simulated only if asked for.
   */
  readonly hasFarTimer: boolean;
  readonly idlePollKeepsTick: boolean;
  readonly fairSliceNs: number;
  /** CFS: the fair threads of a CPU share this time, each by its weight; 0: EEVDF, base slices. */
  readonly fairLatencyNs: number;
  /** CPUs (columns index) of this Linux, ascending, and those that keep house. */
  readonly cpus: readonly number[];
  readonly housekeeping: readonly number[];
}
