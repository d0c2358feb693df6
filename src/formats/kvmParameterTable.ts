/**
 * The KVM module parameters that the model can use, with the kind of their value.
 * Source: Linux virt/kvm/kvm_main.c and arch/x86/kvm. Leaves out: parameters of other
 * architectures and of debugging.
 */

export interface KvmParameters {
  /** `kvm.halt_poll_ns` to its text, the last of each. */
  readonly raw: ReadonlyMap<string, string>;
  /** Host halt polling: longest poll in ns; 0 is off. */
  readonly haltPollNs?: number;
  readonly haltPollNsGrow?: number;
  readonly haltPollNsGrowStart?: number;
  readonly haltPollNsShrink?: number;
  /** Fixed advance in ns up to Linux 6.9; -1 trains itself. */
  readonly lapicTimerAdvanceNs?: number;
  /** From Linux 6.10 on: whether the advance trains itself at all. */
  readonly lapicTimerAdvance?: boolean;
  readonly kvmclockPeriodicSync?: boolean;
  readonly minTimerPeriodUs?: number;
  readonly nxHugePages?: boolean;
  readonly preemptionTimer?: boolean;
  readonly enableApicv?: boolean;
  readonly avic?: boolean;
  readonly ept?: boolean;
  readonly npt?: boolean;
  readonly vpid?: boolean;
  readonly nested?: boolean;
  readonly pleGap?: number;
  readonly pleWindow?: number;
  readonly pauseFilterCount?: number;
}

export type KvmField = Exclude<keyof KvmParameters, 'raw'>;

/** Name, field, kind and the module it lives in; `vendor` stands for kvm_intel and kvm_amd. */
export const KVM_PARAMETERS: ReadonlyArray<
  readonly [string, KvmField, 'integer' | 'boolean', 'kvm' | 'vendor']
> = [
  ['halt_poll_ns', 'haltPollNs', 'integer', 'kvm'],
  ['halt_poll_ns_grow', 'haltPollNsGrow', 'integer', 'kvm'],
  ['halt_poll_ns_grow_start', 'haltPollNsGrowStart', 'integer', 'kvm'],
  ['halt_poll_ns_shrink', 'haltPollNsShrink', 'integer', 'kvm'],
  ['lapic_timer_advance_ns', 'lapicTimerAdvanceNs', 'integer', 'kvm'],
  ['lapic_timer_advance', 'lapicTimerAdvance', 'boolean', 'kvm'],
  ['kvmclock_periodic_sync', 'kvmclockPeriodicSync', 'boolean', 'kvm'],
  ['min_timer_period_us', 'minTimerPeriodUs', 'integer', 'kvm'],
  ['nx_huge_pages', 'nxHugePages', 'boolean', 'kvm'],
  ['preemption_timer', 'preemptionTimer', 'boolean', 'vendor'],
  ['enable_apicv', 'enableApicv', 'boolean', 'vendor'],
  ['avic', 'avic', 'boolean', 'vendor'],
  ['ept', 'ept', 'boolean', 'vendor'],
  ['npt', 'npt', 'boolean', 'vendor'],
  ['vpid', 'vpid', 'boolean', 'vendor'],
  ['nested', 'nested', 'boolean', 'vendor'],
  ['ple_gap', 'pleGap', 'integer', 'vendor'],
  ['ple_window', 'pleWindow', 'integer', 'vendor'],
  ['pause_filter_count', 'pauseFilterCount', 'integer', 'vendor'],
];
