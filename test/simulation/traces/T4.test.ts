/**
 * T4: posted timer. nohz_full on the host and `-overcommit cpu-pm=on` rule the preemption timer out
 * (lapic.c kvm_can_post_timer_interrupt, kvm_can_use_hv_timer): arming is a full exit, expiry happens
 * on a housekeeping pCPU, which waits for the deadline and notifies the guest without an exit.
 */
import { describe, expect, test } from 'vitest';
import { GUEST, HOST, KVM } from './platform.js';
import { beginOf, golden, record, steps } from './record.js';

const MS = 1_000_000;
const RELEASE = 7 * MS + 100_000;

const plan = (hz: number, kvm = ''): string => `
host:
  kernel: { preset: '6.12-rt', hz: ${hz} }
  cmdline: nohz_full=1-3
  fairServerOff: 0-3
  kvm: { ${kvm} }
  threads: [{name: hog, cpus: 0, policy: other}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    cpu: { passthrough: [hlt, mwait, pause, cstate] }
    kernel: { preset: '6.12-rt', hz: 100 }
    fairServerOff: 0
workloads:
  - {id: cyclictest, kind: cyclictest, on: g, cpus: 0, policy: 'fifo:95', interval: 3300us, start: 3800us}
  - {id: busy, kind: busy, on: g, cpus: 0, policy: other}
`;

const GUEST_IRQ =
  GUEST.irqEntry +
  GUEST.hrtimerInterrupt +
  GUEST.hrtimerCallback +
  GUEST.wakeup +
  GUEST.clockeventProgram;
const TO_SAMPLE = GUEST.contextSwitch + GUEST.userReturn + GUEST.clockRead;
const ENTRY = KVM.entryPrepare + HOST.contextTracking + KVM.entry;
const ARM = KVM.exit + HOST.contextTracking + KVM.handleExit + HOST.hrtimerArm + ENTRY;

describe('T4 posted timer', () => {
  test('p0 waits for the deadline and injects; the guest is not left until it reprograms', () => {
    const run = record(plan(1000), 8 * MS);
    // The path to the wait is 211 + 307 + 103 = 621 ns; from 1000 the advance has trained to 953 (379
    // early): the second expiry is at the deadline - 953 and waits 332.
    const all = steps(run, RELEASE - 953, RELEASE + 139 + 701 + GUEST_IRQ + ARM + TO_SAMPLE);
    expect(all.filter((line) => !line.includes('hog'))).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p0 | p0 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p0 | p0 irq: C_HRCB 103 __run_hrtimer
        p0 | p0 irq: timer-advance wait 332 __kvm_wait_lapic_expire
        p0 | p0 irq: C_INJECT 139 vmx_deliver_interrupt
        p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | g/0 irq: C_HIRQ 229 sysvec_apic_timer_interrupt     # posted, 701 ns after C_INJECT
        p1 | g/0 irq: C_HRT_IRQ 311 hrtimer_interrupt
        p1 | g/0 irq: C_HRCB 107 __run_hrtimer
        p1 | g/0 irq: C_TTWU 409 try_to_wake_up
        p1 | g/0 irq: C_CLKEVT_PROG 37 tick_program_event
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 kvm_set_lapic_tscdeadline_msr
        p1   vcpu g/0: C_HRTIMER_ARM 151 start_sw_tscdeadline    # on p0: no device is written
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_enter
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 switch: C_SWITCH 1013 __schedule
        p1   g/0 cyclictest: C_USER_RETURN 167 syscall_exit_to_user_mode
        p1   g/0 cyclictest: C_CLKREAD 29
      `),
    );
    expect(run.maxNs).toBe(KVM.inject + KVM.postedIpi + GUEST_IRQ + ARM + TO_SAMPLE);
  });

  test('a deadline before the next event of p0 stays on p1 and takes the exit', () => {
    const run = record(plan(100, 'lapic_timer_advance: N'), 8 * MS);
    const wake = HOST.irqEntry + HOST.hrtimerInterrupt + HOST.hrtimerCallback + KVM.vcpuKick;
    expect(steps(run, RELEASE, RELEASE + 3_300)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p1 | p1 irq: C_HRCB 103 __run_hrtimer
        p1 | p1 irq: C_KICK 109 kvm_vcpu_kick                    # it has exited already: no IPI
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
        p1   vcpu g/0: C_INJECT 139 kvm_inject_apic_timer_irqs
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_enter
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 irq: C_HIRQ 229 sysvec_apic_timer_interrupt
        p1 | g/0 irq: C_HRT_IRQ 311 hrtimer_interrupt
      `).slice(0, steps(run, RELEASE, RELEASE + 3_300).length),
    );
    // The next deadline, the guest tick at 10 ms, coincides with p0's tick and goes there.
    expect(run.maxNs).toBe(
      KVM.exit +
        HOST.contextTracking +
        wake +
        HOST.clockeventProgram +
        KVM.handleExit +
        KVM.inject +
        ENTRY +
        GUEST_IRQ +
        ARM +
        TO_SAMPLE,
    );
  });

  test('a guest that sleeps in MWAIT stays in the guest: no host thread is woken', () => {
    const idle = plan(1000, 'lapic_timer_advance: N')
      .replace(/ {2}- \{id: busy.*\n/, '')
      .replace('start: 3800us', 'start: 3800us, dmaLatencyZero: false');
    const run = record(idle, 8 * MS);
    expect(beginOf(run, 'p0 irq', 'C_KICK', 0)).toBe(Number.POSITIVE_INFINITY);
    const injectNs = beginOf(run, 'p0 irq', 'C_INJECT', RELEASE);
    const wakeNs = injectNs + KVM.inject + KVM.postedIpi;
    expect(steps(run, wakeNs, wakeNs + 1, 1)).toEqual(
      golden('p1 | g/0 irq: C_CSTATE[C1] 2003 intel_idle'),
    );
  });

  test('pi_inject_timer=0 and MWAIT passthrough: neither posted nor the preemption timer', () => {
    const run = record(plan(1000, 'pi_inject_timer: 0, lapic_timer_advance: N'), 8 * MS);
    const kickNs = beginOf(run, 'p0 irq', 'C_KICK', RELEASE);
    const all = steps(run, kickNs, kickNs + 2_000);
    expect(all.filter((line) => !line.includes('hog')).slice(0, 6)).toEqual(
      golden(`
        p0 | p0 irq: C_KICK 109 kvm_vcpu_kick
        p0 | p0 irq: C_IPI 127 native_smp_send_reschedule
        p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit            # the IPI makes the guest exit
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
      `),
    );
  });
});
