/**
 * T5: before simple wait queues (-rt of 2015) the emulated timer's callback ran in ksoftirqd. On a
 * pCPU whose vCPU never blocks (guest idle=poll) ksoftirqd must be stronger than the vCPU, else the
 * guest's timer interrupt is never injected: equal FIFO priorities do not preempt.
 */
import { describe, expect, test } from 'vitest';
import { golden, record, steps } from './record.js';

const MS = 1_000_000;
const RELEASE = 7 * MS + 500_000;

interface Options {
  readonly ksoftirqd: string;
  readonly runtimeUs: number;
  readonly flags?: string;
  readonly threads?: string;
}

const plan = (options: Options): string => `
host:
  kernel: { preset: '4.1-rt', hz: 1000, flags: { ${options.flags ?? ''} } }
  cmdline: idle=poll
  sysctl: { kernel.sched_rt_runtime_us: ${options.runtimeUs} }
  kernelThreads: [{name: ksoftirqd, cpus: 0-3, policy: '${options.ksoftirqd}'}]
  threads: [${options.threads ?? ''}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: idle=poll
    fairServerOff: 0
workloads:
  - {id: cyclictest, kind: cyclictest, on: g, cpus: 0, policy: 'fifo:95', interval: 1ms, start: 500us}
  - {id: busy, kind: busy, on: g, cpus: 0, policy: other}
`;

describe('T5 starvation by an equal priority', () => {
  test('ksoftirqd FIFO 1 is queued behind the vCPU, which goes on', () => {
    const run = record(plan({ ksoftirqd: 'fifo:1', runtimeUs: -1 }), MS);
    expect(steps(run, 500_000, 500_000 + 3_200)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt      # the callback is not hard: raise only
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | p1 irq: C_TTWU 401 wakeup_softirqd           # tail of priority 1, no preemption
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1   g/0 busy: busy ${1_000_000 - (500_000 + 541 + 211 + 307 + 199 + 401 + 449 + 283 + 503)}
      `),
    );
    expect(run.count).toBe(0);
  });

  for (const runtimeUs of [-1, 950_000]) {
    test(`never delivered with ksoftirqd FIFO 1 and a runtime of ${runtimeUs}: both are RT`, () => {
      const options = { ksoftirqd: 'fifo:1', runtimeUs, flags: 'rtRuntimeShare: false' };
      expect(record(plan(options), 3500 * MS).count).toBe(0);
    });
  }

  test('SCHED_OTHER ksoftirqd: never while the other pCPUs lend their runtime', () => {
    expect(record(plan({ ksoftirqd: 'other', runtimeUs: 950_000 }), 3500 * MS).count).toBe(0);
  });

  test('SCHED_OTHER ksoftirqd, no lending: delivered after the throttle gap', () => {
    const options = {
      ksoftirqd: 'other',
      runtimeUs: 950_000,
      flags: 'rtRuntimeShare: false',
    };
    const run = record(plan(options), 2500 * MS);
    // The callback runs in the gap from 950 ms on; the vCPU is back at the period timer, 1000 ms.
    expect(run.count).toBeGreaterThan(0);
    expect(run.maxNs).toBeGreaterThan(990 * MS);
    expect(run.maxNs).toBeLessThan(1000 * MS);
    const injected = run.lines.filter(({ step }) => step === 'C_INJECT');
    expect(injected[0].fromNs).toBeGreaterThanOrEqual(1000 * MS);
    expect(injected[0].fromNs).toBeLessThan(1000 * MS + 10_000);
  });

  test('ksoftirqd FIFO 2: two switches and the callback, delivered', () => {
    const run = record(plan({ ksoftirqd: 'fifo:2', runtimeUs: -1 }), 8 * MS);
    const all = steps(run, RELEASE, RELEASE + 7_000).slice(0, 17);
    expect(all).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | p1 irq: C_TTWU 401 wakeup_softirqd
        p1 | p1 switch: C_SWITCH 1009 __schedule          # in the irq window after the exit
        p1   p1 ksoftirqd: C_SOFTIRQ 251 handle_softirqs
        p1   p1 ksoftirqd: C_HRCB 103 hrtimer_run_softirq
        p1 | p1 ksoftirqd: C_KICK 109 kvm_vcpu_kick       # preempted, not blocked: nobody to wake
        p1 | p1 switch: C_SWITCH 1009 __schedule
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
        p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
        p1   vcpu g/0: C_INJECT 139 kvm_inject_apic_timer_irqs
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 irq: C_HIRQ 229 sysvec_apic_timer_interrupt
        p1 | g/0 irq: C_HRT_IRQ 311 hrtimer_interrupt
      `),
    );
    expect(run.count).toBe(8);
  });

  test('since simple wait queues ksoftirqd does not matter', () => {
    const flags = 'simpleWaitQueue: true, lapicTimerHard: true';
    const run = record(plan({ ksoftirqd: 'fifo:1', runtimeUs: -1, flags }), 8 * MS);
    expect(run.count).toBe(8);
  });
});
