/**
 * T1: busy guest, VMX preemption timer, APICv, RT host. The traces are written from the rules:
 * the guest's WRMSR and the timer's expiry are fast paths (arch/x86/kvm/x86.c
 * handle_fastpath_set_tscdeadline, vmx.c handle_fastpath_preemption_timer), so that from the deadline
 * to the sample no host scheduler, no host interrupt and no irq window appears.
 */
import { describe, expect, test } from 'vitest';
import { GUEST, HOST, KVM } from './platform.js';
import { beginOf, golden, record, steps } from './record.js';

const MS = 1_000_000;
const RELEASE = 7 * MS + 500_000;

/** A busy loop keeps the vCPU in the guest; its tick keeps one more timer queued (one reprogram). */
const plan = (options: { kvm?: string; workloads?: string } = {}): string => `
host:
  kernel: { preset: '6.12-rt', hz: 100 }
  cmdline: idle=poll
  fairServerOff: 0-3
  kvm: { ${options.kvm ?? ''} }
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: idle=poll
    fairServerOff: 0
workloads:
  - {id: cyclictest, kind: cyclictest, on: g, cpus: 0, policy: 'fifo:95', interval: 1ms, start: 500us}
${options.workloads ?? '  - {id: busy, kind: busy, on: g, cpus: 0, policy: other}'}
`;

/** From VM entry to the clock read: what neither the advance nor the backend changes. */
const GUEST_IRQ =
  GUEST.irqEntry +
  GUEST.hrtimerInterrupt +
  GUEST.hrtimerCallback +
  GUEST.wakeup +
  GUEST.clockeventProgram;
const TO_SAMPLE = GUEST.contextSwitch + GUEST.userReturn + GUEST.clockRead;
const REPROGRAM = KVM.exit + KVM.fastpathMsr + KVM.entry;
const AFTER_WAIT = KVM.entry + GUEST_IRQ + REPROGRAM + TO_SAMPLE;
/** Expiry of the preemption timer to the wait before entry. */
const PATH = KVM.exit + KVM.fastpathPreemptionTimer;

describe('T1 busy guest, preemption timer', () => {
  test('from arming to the sample', () => {
    const run = record(plan(), 8 * MS);
    // Expiry at the deadline minus a trained advance of 957 ns (see the next test).
    expect(steps(run, RELEASE - 957, RELEASE + AFTER_WAIT)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_FASTPATH_HVT 367 handle_fastpath_preemption_timer   # sets the PIR
        p1 | vcpu g/0: timer-advance wait 49 __kvm_wait_lapic_expire         # 957 - 541 - 367
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 irq: C_HIRQ 229 sysvec_apic_timer_interrupt                 # C_G_IRQ
        p1 | g/0 irq: C_HRT_IRQ 311 hrtimer_interrupt                        # C_G_HRT
        p1 | g/0 irq: C_HRCB 107 __run_hrtimer
        p1 | g/0 irq: C_TTWU 409 try_to_wake_up                              # C_G_TTWU
        p1 | g/0 irq: C_CLKEVT_PROG 37 tick_program_event  # the next event, before the IRQ returns
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_FASTPATH_MSR 353 handle_fastpath_set_tscdeadline
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 switch: C_SWITCH 1013 __schedule                            # C_GSWITCH
        p1   g/0 cyclictest: C_USER_RETURN 167 syscall_exit_to_user_mode
        p1   g/0 cyclictest: C_CLKREAD 29
      `),
    );
    expect(AFTER_WAIT).toBe(4202);
    expect(run.maxNs).toBe(AFTER_WAIT);
  });

  test('arming again is a fast path too', () => {
    const run = record(plan(), 8 * MS);
    const sampled = RELEASE + AFTER_WAIT;
    expect(steps(run, sampled, sampled + 2000)).toEqual(
      golden(`
        p1   g/0 cyclictest: C_SYSCALL 181 hrtimer_nanosleep
        p1   g/0 cyclictest: C_HRTIMER_ARM 157 hrtimer_start_range_ns
        p1 | g/0 cyclictest: C_CLKEVT_PROG 37 hrtimer_reprogram
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_FASTPATH_MSR 353 handle_fastpath_set_tscdeadline
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 switch: C_SWITCH 1013 __schedule
      `),
    );
  });

  test('the advance trains itself down to the path, in eighths of what it was early', () => {
    const run = record(plan(), 8 * MS);
    // |d| = adv - 908: 92, 81, 71, 63, 56 ns take 11, 10, 8, 7, 7 ns off; 49 ns are 98 cycles of
    // 2 GHz, below the 100 that the kernel ignores.
    expect(PATH).toBe(908);
    const advances = [1000, 989, 979, 971, 964, 957, 957];
    advances.forEach((advanceNs, i) => {
      const releaseNs = i * MS + 500_000;
      expect(beginOf(run, 'vcpu g/0', 'C_FASTPATH_HVT', releaseNs - 2000)).toBe(
        releaseNs - advanceNs + KVM.exit,
      );
    });
  });

  test('without the advance the path is lateness', () => {
    const run = record(plan({ kvm: 'lapic_timer_advance: N' }), 8 * MS);
    expect(run.maxNs).toBe(PATH + AFTER_WAIT);
  });

  test('a static advance that is too short leaves the rest', () => {
    const run = record(plan({ kvm: 'lapic_timer_advance_ns: 400' }), 8 * MS);
    expect(run.maxNs).toBe(PATH - 400 + AFTER_WAIT);
  });

  test('without APICv the expiry is a request: irq window, injection, a whole entry', () => {
    const run = record(plan({ kvm: 'enable_apicv: N, lapic_timer_advance: N' }), 8 * MS);
    expect(steps(run, RELEASE, RELEASE + 1_830)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_FASTPATH_HVT 367 handle_fastpath_preemption_timer
        p1   vcpu g/0: C_INJECT 139 kvm_inject_apic_timer_irqs               # irq window is open
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
    expect(run.maxNs).toBe(PATH + KVM.inject + KVM.entryPrepare + AFTER_WAIT);
  });

  test('a timer that is due within the advance expires while it is armed', () => {
    // Expiry in time costs 4202 ns; a release 600 ns after the end of arming is nearer than adv.
    const run = record(
      plan({
        kvm: 'lapic_timer_advance_ns: 4000',
        workloads: '  - {id: busy, kind: busy, on: g, cpus: 0, policy: other}',
      }).replace('interval: 1ms', 'interval: 9us'),
      600_000,
    );
    const expiries = steps(run, 500_000 - 5000, 600_000).filter((one) =>
      one.includes('C_FASTPATH_HVT'),
    );
    // Only the very first timer, armed long before, ever takes the preemption-timer exit.
    expect(expiries.length).toBe(1);
    expect(run.count).toBeGreaterThan(5);
  });

  test('a vCPU that is preempted at its deadline: nothing fires; entry, and exit at once', () => {
    // A FIFO 50 thread is released 20 us before the deadline and runs for 30 us.
    const hog = `  threads: [{name: rt, cpus: 1, policy: 'fifo:50', every: 1s, start: 7480us, run: 30us}]`;
    const text = plan({ kvm: 'lapic_timer_advance: N' }).replace('guests:', `${hog}\nguests:`);
    const run = record(text, 8 * MS);
    const backNs = beginOf(run, 'vcpu g/0', 'C_VCPU_LOAD', RELEASE);
    const irqs = run.lines.filter(
      (one) => one.context === 'p1 irq' && one.fromNs >= RELEASE && one.fromNs < backNs,
    );
    expect(irqs).toEqual([]);
    expect(steps(run, backNs, backNs + 4_000).slice(0, 7)).toEqual(
      golden(`
        p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit     # the preemption timer was 0 at entry
        p1 | vcpu g/0: C_FASTPATH_HVT 367 handle_fastpath_preemption_timer
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 irq: C_HIRQ 229 sysvec_apic_timer_interrupt
      `),
    );
  });

  test('nohz_full: context tracking is paid on the way out and on the way in', () => {
    const run = record(
      plan({ kvm: 'lapic_timer_advance: N' }).replace(
        'cmdline: idle=poll\n  fair',
        'cmdline: idle=poll nohz_full=1\n  sysctl: { kernel.sched_rt_runtime_us: -1 }\n  fair',
      ),
      8 * MS,
    );
    expect(steps(run, RELEASE, RELEASE + 1_900).slice(0, 5)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_exit
        p1 | vcpu g/0: C_FASTPATH_HVT 367 handle_fastpath_preemption_timer
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_enter
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
    expect(run.maxNs).toBe(PATH + AFTER_WAIT + 4 * HOST.contextTracking);
  });
});

describe('T1 with nothing else queued in the guest', () => {
  // No timer is left after the expiry, not even the poll for machine checks: the guest stops the device (tick-oneshot.c) with LVTT and
  // TSC_DEADLINE = 0, and needs both writes to start it again. LVTT has no fast path.
  const lone = plan({ workloads: '' })
    .replace(
      "    kernel: { preset: '6.12-rt', hz: 100 }",
      "    kernel: { preset: '6.12-rt', hz: 100, flags: { idlePollKeepsTick: false } }",
    )
    .replace('    cmdline: idle=poll', '    cmdline: idle=poll mce=ignore_ce');

  test('stopping the device is two exits in the handler', () => {
    const run = record(lone, 8 * MS);
    const inHandler = RELEASE + KVM.entry + GUEST_IRQ;
    const stop = `
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit                        # LVTT
        p1   vcpu g/0: C_HANDLE_EXIT 449 kvm_set_lapic_tscdeadline_msr
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit                        # TSC_DEADLINE
        p1 | vcpu g/0: C_FASTPATH_MSR 353 handle_fastpath_set_tscdeadline
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit`;
    expect(steps(run, inHandler, RELEASE + 10_000).slice(0, 17)).toEqual(
      golden(`${stop}
        p1 | g/0 switch: C_SWITCH 1013 __schedule
        p1 | g/0 switch: C_CLKEVT_PROG 37 tick_nohz_idle_stop_tick           # the tick of a busy CPU
        ${stop}
        p1   g/0 cyclictest: C_USER_RETURN 167 syscall_exit_to_user_mode
      `),
    );
    const lvtt = KVM.exit + KVM.handleExit + KVM.entryPrepare + KVM.entry;
    const twice = 2 * (lvtt + REPROGRAM);
    expect(run.maxNs).toBe(KVM.entry + GUEST_IRQ + twice + GUEST.clockeventProgram + TO_SAMPLE);
  });
});
