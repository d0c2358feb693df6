/** Behaviour of KVM, from kernel flags and module parameters. */
export interface KvmTraits {
  readonly timerFastpath: boolean;
  readonly haltFastpath: boolean;
  readonly preemptionTimerSubtractsAdvance: boolean;
  readonly waitNextToEntry: boolean;
  readonly l1dFlush: boolean;
  /** Guests send IPIs without an exit. */
  readonly ipiVirtualization: boolean;
  /** First window of PAUSE-loop exits: 4096 cycles of the guest TSC. */
  readonly pauseWindowNs: number;
  readonly pauseWindowMaxNs: number;
  readonly haltPollMaxNs: number;
  readonly haltPollGrow: number;
  readonly haltPollGrowStartNs: number;
  readonly haltPollShrink: number;
  /** Limits of the adaptive advance, ns: 100 and 10000 cycles of the guest TSC. */
  readonly advanceAdjustMinNs: number;
  readonly advanceAdjustMaxNs: number;
}
