/**
 * Kernel presets: named sets of feature flags. A name says which release the set was written for;
 * no code compares versions, and a plan may override every flag.
 *
 * Sources: [S] Linux 6.12.117, [S44] Linux 4.4.50-rt62, [P] commit messages and tuned profiles,
 * [M] general knowledge. Distribution kernels differ; state what is known in `kernel.flags`.
 */
import type { KernelFlags, KernelPreset, PreemptionModel } from './kernelFlags.js';

/** A preset and whether its era has the mitigations of 2018 and later. */
export interface NamedPreset extends KernelPreset {
  readonly mitigations: boolean;
}

/** -rt of 2015: waitqueue wake-ups and the LAPIC timer in softirq, no advance. */
const RT_4_1: KernelFlags = {
  simpleWaitQueue: false,
  lapicTimerHard: false,
  lapicTimerPinned: false,
  ktimersThread: false,
  preemptionTimer: false,
  timerFastpath: false,
  haltFastpath: false,
  preemptionTimerSubtractsAdvance: false,
  adaptiveTimerAdvance: false,
  postedTimer: false,
  waitNextToEntry: false,
  haltPollHalves: false,
  rtThrottling: true,
  rtRuntimeShare: true,
  eevdf: false,
  fairServer: false,
  fairServerStopsAtDequeue: false,
  localResidualTick: true,
  idlePollKeepsTick: false,
  vmstatSkipsIsolated: false,
  idleExitStartsTick: true,
  adaptiveRtMutex: false,
};

const RT_4_4: KernelFlags = {
  ...RT_4_1,
  simpleWaitQueue: true,
  lapicTimerHard: true,
  ktimersThread: true,
};

const KVMFORNFV: KernelFlags = { ...RT_4_4, lapicTimerPinned: true, preemptionTimer: true };

const MAINLINE_5_4: KernelFlags = {
  ...RT_4_4,
  ktimersThread: false,
  preemptionTimer: true,
  preemptionTimerSubtractsAdvance: true,
  adaptiveTimerAdvance: true,
  postedTimer: true,
  waitNextToEntry: true,
  localResidualTick: false,
  idlePollKeepsTick: true,
};

const MAINLINE_5_14: KernelFlags = {
  ...MAINLINE_5_4,
  timerFastpath: true,
  rtRuntimeShare: false,
  idleExitStartsTick: false,
  adaptiveRtMutex: true,
};

const MAINLINE_6_12: KernelFlags = {
  ...MAINLINE_5_14,
  haltFastpath: true,
  haltPollHalves: true,
  rtThrottling: false,
  eevdf: true,
  fairServer: true,
  vmstatSkipsIsolated: true,
};

const MAINLINE_6_13: KernelFlags = { ...MAINLINE_6_12, fairServerStopsAtDequeue: true };

const NO_PRIORITIES = { ksoftirqdPriority: 0, ktimersPriority: 0, rcucPriority: 0 };

function mainline(flags: KernelFlags, source: string): NamedPreset {
  const preemption: PreemptionModel = 'voluntary';
  return {
    flags,
    preemption,
    hz: 250,
    haltPollNs: 200_000,
    ...NO_PRIORITIES,
    mitigations: true,
    source,
  };
}

function realtime(
  flags: KernelFlags,
  priorities: Partial<typeof NO_PRIORITIES>,
  source: string,
  hz = 250,
): NamedPreset {
  return {
    flags,
    preemption: 'rt',
    hz,
    haltPollNs: 200_000,
    ...NO_PRIORITIES,
    rcucPriority: 1,
    ...priorities,
    mitigations: true,
    source,
  };
}

const before2018 = { mitigations: false } as const;

/** Every preset by name. */
export const KERNEL_PRESETS: Readonly<Record<string, NamedPreset>> = {
  '4.1-rt': {
    ...realtime(
      RT_4_1,
      { ksoftirqdPriority: 1 },
      '[P] commit 8577370fb0cb; [M] ksoftirqd FIFO 1',
      1000,
    ),
    ...before2018,
    haltPollNs: 0,
  },
  '4.4-rt': {
    ...realtime(RT_4_4, { ktimersPriority: 1 }, '[S44] softirq.c, lapic.c, kvm_host.h', 1000),
    ...before2018,
    haltPollNs: 400_000,
  },
  '4.4.50-rt62-kvmfornfv': {
    ...realtime(KVMFORNFV, { ktimersPriority: 1 }, '[S44] opnfv/kvmfornfv lapic.c, vmx.c', 1000),
    ...before2018,
    haltPollNs: 400_000,
  },
  '5.4': mainline(MAINLINE_5_4, '[P][M] adaptive advance 5.2, posted timers 5.4, fastpath 5.8'),
  '5.14-rt': realtime(
    MAINLINE_5_14,
    {},
    '[M] RHEL 9 kernel-rt; RT_RUNTIME_SHARE off since 5.10',
    1000,
  ),
  '6.1-rt': realtime(
    { ...MAINLINE_5_14, ktimersThread: true },
    { ktimersPriority: 1 },
    '[P] 6.1-rt has ktimers at FIFO 1; [M] the rest',
  ),
  '6.6': mainline(
    { ...MAINLINE_5_14, eevdf: true },
    '[M] as 5.14 for what is modelled, with EEVDF',
  ),
  '6.12': mainline(MAINLINE_6_12, '[S] 6.12.117 deadline.c, kvm_main.c, lapic.c, features.h'),
  '6.12-rt': realtime(MAINLINE_6_12, {}, '[S] 6.12.117 with PREEMPT_RT: no ktimers'),
  '6.12-rt-debian': realtime(
    { ...MAINLINE_6_12, ktimersThread: true },
    { ktimersPriority: 1 },
    'recorded: linux-image-6.12-rt-amd64 6.12.117 has ktimers at FIFO 1',
  ),
  '6.13': mainline(MAINLINE_6_13, '[M] as 6.12 but for the fair server'),
  '6.13-rt': realtime(
    { ...MAINLINE_6_13, ktimersThread: true },
    { ktimersPriority: 1 },
    '[P][M] ktimers at FIFO 1 in mainline since 6.13',
  ),
};

export const KERNEL_PRESET_NAMES: readonly string[] = Object.keys(KERNEL_PRESETS);

/**
 * The preset of a name, adapted to a preemption model: the sibling of the other model if there
 * is one (`6.12` and `6.12-rt`), else the preset with what PREEMPT_RT alone decides changed.
 * Undefined if the name is unknown.
 */
export function presetFor(name: string, preemption?: PreemptionModel): NamedPreset | undefined {
  if (!Object.hasOwn(KERNEL_PRESETS, name)) return undefined;
  const preset = KERNEL_PRESETS[name];
  if (preemption === undefined || (preset.preemption === 'rt') === (preemption === 'rt')) {
    return preemption ? { ...preset, preemption } : preset;
  }
  const sibling = name.endsWith('-rt') ? name.slice(0, -3) : `${name}-rt`;
  if (Object.hasOwn(KERNEL_PRESETS, sibling)) return { ...KERNEL_PRESETS[sibling], preemption };
  const isRt = preemption === 'rt';
  return {
    ...preset,
    ...NO_PRIORITIES,
    rcucPriority: isRt ? 1 : 0,
    flags: { ...preset.flags, ktimersThread: false },
    preemption,
  };
}
