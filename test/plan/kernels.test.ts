import { expect, test } from 'vitest';
import { KERNEL_FLAG_NAMES } from '../../src/plan/kernelFlags.js';
import { KERNEL_PRESETS, presetFor } from '../../src/plan/presets.js';
import { planFromYaml } from './builder.js';

const withPreset = (preset: string, more = '') =>
  planFromYaml(`host: {kernel: {preset: "${preset}"}${more}}`);

test('every preset gives every flag and names its source', () => {
  for (const preset of Object.values(KERNEL_PRESETS)) {
    expect(Object.keys(preset.flags).sort()).toEqual([...KERNEL_FLAG_NAMES].sort());
    expect(preset.source).not.toBe('');
  }
});

test('presets differ as the kernels did (model section 12.7)', () => {
  const flag = (name: string) => KERNEL_PRESETS[name].flags;
  expect(flag('4.1-rt')).toMatchObject({
    simpleWaitQueue: false,
    lapicTimerHard: false,
    ktimersThread: false,
  });
  expect(KERNEL_PRESETS['4.1-rt'].ksoftirqdPriority).toBe(1);
  expect(flag('4.4-rt')).toMatchObject({
    simpleWaitQueue: true,
    ktimersThread: true,
    rtRuntimeShare: true,
    localResidualTick: true,
    preemptionTimer: false,
    adaptiveTimerAdvance: false,
  });
  expect(flag('4.4.50-rt62-kvmfornfv')).toMatchObject({
    lapicTimerPinned: true,
    preemptionTimer: true,
    timerFastpath: false,
    preemptionTimerSubtractsAdvance: false,
  });
  expect(flag('5.4')).toMatchObject({
    adaptiveTimerAdvance: true,
    postedTimer: true,
    timerFastpath: false,
  });
  expect(flag('6.12-rt')).toMatchObject({
    fairServer: true,
    rtThrottling: false,
    ktimersThread: false,
    haltPollHalves: true,
  });
  expect(flag('6.13-rt')).toMatchObject({ ktimersThread: true });
});

test('a preset meets the preemption model that is asked for', () => {
  expect(presetFor('6.13', 'rt')).toMatchObject({
    preemption: 'rt',
    ktimersPriority: 1,
    flags: { ktimersThread: true },
  });
  expect(presetFor('6.12-rt', 'full')).toMatchObject({
    preemption: 'full',
    flags: { ktimersThread: false },
  });
  expect(presetFor('4.4-rt', 'full')).toMatchObject({
    ktimersPriority: 0,
    flags: { ktimersThread: false },
  });
  expect(presetFor('toString')).toBeUndefined();
});

test('flags of the plan win over those of the preset', () => {
  const plan = planFromYaml('host: {kernel: {preset: "6.12", flags: {fairServer: false}}}');
  expect(plan.host.flags).toMatchObject({ fairServer: false, haltPollHalves: true });
});

test('per-CPU threads are indexed by position, later entries win', () => {
  const plan = planFromYaml(`
host:
  topology: {cores: ["0", "2", "5"], sockets: ["0,2,5"]}
  kernel: {preset: "6.13-rt"}
  kernelThreads:
    - {name: ksoftirqd, policy: "fifo:2"}
    - {name: ksoftirqd, cpus: 5, policy: other}
    - {name: ktimersoftd, cpus: 2, policy: "fifo:3"}
`);
  expect(plan.host.cpus).toEqual([0, 2, 5]);
  expect(plan.host.ksoftirqd.map((s) => s.priority)).toEqual([2, 2, 0]);
  expect(plan.host.ktimers.map((s) => s.priority)).toEqual([1, 3, 1]);
});

test('interrupts run in FIFO 50 threads on PREEMPT_RT and with threadirqs', () => {
  const irqs = (kernel: string, cmdline: string, thread = '') =>
    planFromYaml(
      `host: {kernel: {preset: "${kernel}"}, cmdline: "${cmdline}", irqs: [{name: a, rate: 10/s, cost: 3us${thread}}]}`,
    ).host.irqs[0];
  // The handler itself moves to the thread; what stays hard only wakes it.
  expect(irqs('6.12-rt', '')).toMatchObject({
    hard: { maxNs: 0 },
    thread: { run: { maxNs: 3000 }, scheduling: { priority: 50 } },
  });
  expect(irqs('6.12', 'threadirqs').thread).toBeDefined();
  expect(irqs('6.12', '').thread).toBeUndefined();
  expect(irqs('6.12', '').hard.maxNs).toBe(3000);
  expect(irqs('6.12-rt', '', ', thread: off').hard.maxNs).toBe(3000);
  expect(irqs('6.12', '', ', thread: {policy: "fifo:7", run: 9us}')).toMatchObject({
    hard: { maxNs: 3000 },
    thread: { run: { maxNs: 9000 }, scheduling: { priority: 7 } },
  });
});

test('KVM follows the kernel, the CPU and its parameters', () => {
  expect(withPreset('6.12-rt').kvm).toEqual({
    apicv: true,
    ipiVirtualization: false,
    preemptionTimer: true,
    piInjectTimer: 0,
    timerAdvance: 'adaptive',
    haltPollNs: 200_000,
    haltPollGrow: 2,
    haltPollGrowStartNs: 10_000,
    haltPollShrink: 2,
    pleGap: 128,
    l1dFlush: true,
    exitMitigations: true,
  });
  expect(withPreset('4.4-rt').kvm).toMatchObject({
    preemptionTimer: false,
    timerAdvance: 0,
    haltPollNs: 400_000,
    haltPollShrink: 0,
    l1dFlush: false,
    exitMitigations: false,
  });
  expect(
    withPreset('6.12-rt', ', kvm: {preemption_timer: N, enable_apicv: 0, lapic_timer_advance: n}')
      .kvm,
  ).toMatchObject({ preemptionTimer: false, apicv: false, timerAdvance: 0 });
  expect(withPreset('6.12-rt', ', kvm: {lapic_timer_advance_ns: 1500}').kvm.timerAdvance).toBe(
    1500,
  );
  expect(withPreset('6.12-rt', ', kvm: {lapic_timer_advance_ns: -1}').kvm.timerAdvance).toBe(
    'adaptive',
  );
});

test('mitigations can be switched off whole or in part', () => {
  const off = (cmdline: string) => withPreset('6.12-rt', `, cmdline: "${cmdline}"`).kvm;
  expect(off('mitigations=off')).toMatchObject({ l1dFlush: false, exitMitigations: false });
  expect(off('l1tf=off')).toMatchObject({ l1dFlush: false, exitMitigations: true });
  expect(off('kvm-intel.vmentry_l1d_flush=never').l1dFlush).toBe(false);
  expect(withPreset('6.12-rt', ', kvm: {vmentry_l1d_flush: never}').kvm.l1dFlush).toBe(false);
});

test('the realtime throttle reads its sysctls', () => {
  expect(planFromYaml('').host).toMatchObject({ rtRuntimeNs: 950e6, rtPeriodNs: 1e9 });
  const off = planFromYaml('host: {sysctl: {kernel.sched_rt_runtime_us: -1}}').host;
  expect(off.rtRuntimeNs).toBe(-1);
});
