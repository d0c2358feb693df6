/**
 * T3: T2 on a nohz_full pCPU. The hrtimer that stands for the blocked guest's timer is not pinned:
 * it goes to the housekeeping pCPU if that one fires earlier anyway, else it stays
 * (kernel/time/hrtimer.c get_target_base, hrtimer_check_target).
 */
import { describe, expect, test } from 'vitest';
import { C1_EXIT, GUEST, HOST, KVM } from './platform.js';
import { beginOf, golden, record, steps } from './record.js';

const MS = 1_000_000;
/** 3.8 ms + 3.3 ms; p0 ticks at 7 ms and at 8 ms with 1000 Hz, at 10 ms with 100 Hz. */
const RELEASE = 7 * MS + 100_000;

const plan = (options: { hz: number; sysctl?: string; idle?: string; load?: string }): string => `
host:
  kernel: { preset: '6.12-rt', hz: ${options.hz} }
  cmdline: nohz_full=1-3
  sysctl: { ${options.sysctl ?? ''} }
  fairServerOff: 0-3
  kvm: { halt_poll_ns: 0, lapic_timer_advance: N }
  threads: [{name: hog, cpus: 0, policy: other}]
${options.idle ?? ''}
${options.load ?? ''}
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: mce=ignore_ce
    fairServerOff: 0
workloads:
  - {id: cyclictest, kind: cyclictest, on: g, cpus: 0, policy: 'fifo:95', interval: 3300us, start: 3800us}
`;

const HOST_IRQ = HOST.irqEntry + HOST.hrtimerInterrupt + HOST.hrtimerCallback + KVM.vcpuKick;

describe('T3 where the timer of a blocked guest fires', () => {
  test('arming for p0 writes no device', () => {
    const run = record(plan({ hz: 1000 }), 8 * MS);
    const haltNs = beginOf(run, 'vcpu g/0', 'C_HRTIMER_ARM', RELEASE - 3_300_000);
    expect(steps(run, haltNs, RELEASE, 1).slice(0, 2)).toEqual(
      golden(`
        p1   vcpu g/0: C_HRTIMER_ARM 151 vcpu_block
        p1 | p1 switch: C_SWITCH 1009 __schedule
      `),
    );
  });

  test('p0 ticks before the deadline: the timer fires there and wakes p1 through its flags', () => {
    const run = record(plan({ hz: 1000 }), 8 * MS);
    expect(steps(run, RELEASE, RELEASE + HOST_IRQ + HOST.wakeup + 4838)).toEqual(
      golden(`
        p0 | p0 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p0 | p0 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p0 | p0 irq: C_HRCB 103 __run_hrtimer
        p0 | p0 irq: C_KICK 109 kvm_vcpu_kick
        p0 | p0 irq: C_TTWU 401 try_to_wake_up
        p1 | p1 switch: C_CSTATE[C1] 2003 intel_idle        # MWAIT sees TIF_NEED_RESCHED: no IPI
        p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
        p0   thread hog: busy ${900_000 - (HOST_IRQ + HOST.wakeup + HOST.clockeventProgram)}
        p1 | p1 switch: C_SWITCH 1009 __schedule            # no tick: FIFO alone on nohz_full
        p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
        p1   vcpu g/0: C_INJECT 139 kvm_inject_apic_timer_irqs
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_enter
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 irq: C_HIRQ 229 sysvec_apic_timer_interrupt
      `),
    );
  });

  test('a pCPU that idles in HLT needs the IPI', () => {
    const run = record(plan({ hz: 1000, idle: '  idle: {deepest: HLT}' }), 8 * MS);
    const sentNs = RELEASE + HOST_IRQ + HOST.wakeup;
    const all = steps(run, sentNs, sentNs + 3500);
    expect(all.filter((line) => !line.includes('hog'))).toEqual(
      golden(`
        p0 | p0 irq: C_IPI 127 native_smp_send_reschedule
        p0 | p0 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | p1 irq: C_CSTATE[C1] 2003 intel_idle
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
        p1 | p1 switch: C_SWITCH 1009 __schedule
      `),
    );
    expect(beginOf(run, 'p1 irq', 'C_CSTATE[C1]', sentNs)).toBe(
      sentNs + HOST.reschedIpi + HOST.ipiFlight,
    );
  });

  const onP1 = golden(`
        p1 | p1 irq: C_CSTATE[C1] 2003 intel_idle
        p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p1 | p1 irq: C_HRCB 103 __run_hrtimer
        p1 | p1 irq: C_KICK 109 kvm_vcpu_kick
        p1 | p1 irq: C_TTWU 401 try_to_wake_up
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | p1 switch: C_SWITCH 1009 __schedule
  `);

  test('a deadline before the next event of p0 stays on p1', () => {
    const run = record(plan({ hz: 100 }), 8 * MS);
    expect(steps(run, RELEASE, RELEASE + 4_000)).toEqual(onP1);
  });

  test('timer_migration=0 keeps every timer on p1', () => {
    const run = record(plan({ hz: 1000, sysctl: 'kernel.timer_migration: 0' }), 8 * MS);
    expect(steps(run, RELEASE, RELEASE + 4_000, 1)).toEqual(onP1);
  });

  test('what disturbs p0 delays the guest on p1, although p1 is isolated', () => {
    // An interrupt of 20 us on p0 arrives 5 us before the deadline.
    const load = `  irqs: [{name: nic, cpus: 0, every: 1s, start: 7095us, cost: 20us, thread: off}]`;
    const calm = record(plan({ hz: 1000 }), 8 * MS);
    const disturbed = record(plan({ hz: 1000, load }), 8 * MS);
    const lateNs = 20_000 + HOST.irqEntry - 5_000;
    expect(disturbed.maxNs - calm.maxNs).toBe(lateNs);
  });

  test('the latency is the sum of both pCPUs', () => {
    const run = record(plan({ hz: 1000 }), 8 * MS);
    const msr =
      KVM.exit + HOST.contextTracking + KVM.fastpathMsr + HOST.contextTracking + KVM.entry;
    const lvtt =
      KVM.exit +
      HOST.contextTracking +
      KVM.handleExit +
      KVM.entryPrepare +
      HOST.contextTracking +
      KVM.entry;
    const host =
      HOST_IRQ +
      HOST.wakeup +
      C1_EXIT +
      HOST.contextSwitch +
      KVM.vcpuLoad +
      KVM.inject +
      KVM.entryPrepare +
      HOST.contextTracking +
      KVM.entry;
    const guest =
      GUEST.irqEntry +
      GUEST.hrtimerInterrupt +
      GUEST.hrtimerCallback +
      GUEST.wakeup +
      GUEST.clockeventProgram +
      GUEST.contextSwitch +
      GUEST.clockeventProgram +
      GUEST.userReturn +
      GUEST.clockRead;
    expect(run.maxNs).toBe(host + guest + 2 * (lvtt + msr));
  });
});
