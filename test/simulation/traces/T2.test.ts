/**
 * T2: idle guest, HLT intercepted, the timer on an hrtimer of its own pCPU. The guest is blocked
 * when its deadline comes: C-state, interrupt, wake-up, switch, vcpu_load and a whole entry lie on
 * the path (virt/kvm/kvm_main.c kvm_vcpu_halt, arch/x86/kvm/x86.c vcpu_block, lapic.c apic_timer_fn).
 */
import { describe, expect, test } from 'vitest';
import { C1_EXIT, GUEST, HOST, KVM } from './platform.js';
import { beginOf, golden, record, steps } from './record.js';

const MS = 1_000_000;
const RELEASE = 7 * MS + 500_000;

const plan = (kvm: string, host = '', interval = '1ms'): string => `
host:
  kernel: { preset: '6.12-rt', hz: 100 }
  fairServerOff: 0-3
  kvm: { ${kvm} }
${host}
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: mce=ignore_ce
    fairServerOff: 0
workloads:
  - {id: cyclictest, kind: cyclictest, on: g, cpus: 0, policy: 'fifo:95', interval: ${interval}, start: 500us}
`;

const BLOCKED = 'halt_poll_ns: 0, lapic_timer_advance: N';

/** hrtimer interrupt of the host, up to the wake-up. */
const HOST_IRQ = HOST.irqEntry + HOST.hrtimerInterrupt + HOST.hrtimerCallback + KVM.vcpuKick;
/** Interrupt to the wait before entry, when the thread is blocked on an idle pCPU. */
const WAKE =
  C1_EXIT +
  HOST_IRQ +
  HOST.wakeup +
  HOST.clockeventProgram +
  HOST.contextSwitch +
  HOST.clockeventProgram +
  KVM.vcpuLoad +
  KVM.inject +
  KVM.entryPrepare;
const MSR = KVM.exit + KVM.fastpathMsr + KVM.entry;
const LVTT = KVM.exit + KVM.handleExit + KVM.entryPrepare + KVM.entry;
/** Guest: interrupt, stop of its device, switch, start of its tick, return, clock read. */
const GUEST_PATH =
  GUEST.irqEntry +
  GUEST.hrtimerInterrupt +
  GUEST.hrtimerCallback +
  GUEST.wakeup +
  GUEST.clockeventProgram +
  (LVTT + MSR) +
  GUEST.contextSwitch +
  GUEST.clockeventProgram +
  (LVTT + MSR) +
  GUEST.userReturn +
  GUEST.clockRead;

describe('T2 idle guest, HLT intercepted', () => {
  test('going idle: HLT, the timer moves to an hrtimer, the thread blocks', () => {
    const run = record(plan(BLOCKED), 8 * MS);
    const idleFromNs = beginOf(run, 'g/0 cyclictest', 'C_SYSCALL', RELEASE - MS);
    expect(steps(run, idleFromNs, RELEASE).slice(0, 13)).toEqual(
      golden(`
        p1   g/0 cyclictest: C_SYSCALL 181 hrtimer_nanosleep
        p1   g/0 cyclictest: C_HRTIMER_ARM 157 hrtimer_start_range_ns
        p1 | g/0 cyclictest: C_CLKEVT_PROG 37 hrtimer_reprogram   # earlier than the guest's tick
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_FASTPATH_MSR 353 handle_fastpath_set_tscdeadline
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 switch: C_SWITCH 1013 __schedule                 # to the guest's idle loop
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit             # HLT; handled without handle_exit
        p1   vcpu g/0: C_HRTIMER_ARM 151 vcpu_block               # HV -> SW
        p1 | vcpu g/0: C_CLKEVT_PROG 199 hrtimer_reprogram
        p1 | p1 switch: C_SWITCH 1009 __schedule                  # the host's tick stops with idle
        p1   p1 idle: idle ${RELEASE - (idleFromNs + 181 + 157 + 37 + MSR + 1013 + 541 + 151 + 199 + 1009)} 
        p1 | p1 irq: C_CSTATE[C1] 2003 intel_idle
      `).slice(0, 12),
    );
  });

  test('the deadline: wake-up of the blocked thread, then the guest part', () => {
    const run = record(plan(BLOCKED), 8 * MS);
    const lvtt = `
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 kvm_set_lapic_tscdeadline_msr
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_FASTPATH_MSR 353 handle_fastpath_set_tscdeadline
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit`;
    expect(steps(run, RELEASE, RELEASE + WAKE + KVM.entry + GUEST_PATH)).toEqual(
      golden(`
        p1 | p1 irq: C_CSTATE[C1] 2003 intel_idle
        p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p1 | p1 irq: C_HRCB 103 __run_hrtimer
        p1 | p1 irq: C_KICK 109 kvm_vcpu_kick
        p1 | p1 irq: C_TTWU 401 try_to_wake_up
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
        p1 | p1 switch: C_SWITCH 1009 __schedule
        p1 | p1 switch: C_CLKEVT_PROG 199 tick_nohz_idle_stop_tick  # the tick of a busy pCPU
        p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
        # SW -> HV costs nothing: the expiry is pending, restart_apic_timer returns at once
        p1   vcpu g/0: C_INJECT 139 kvm_inject_apic_timer_irqs
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 irq: C_HIRQ 229 sysvec_apic_timer_interrupt
        p1 | g/0 irq: C_HRT_IRQ 311 hrtimer_interrupt
        p1 | g/0 irq: C_HRCB 107 __run_hrtimer
        p1 | g/0 irq: C_TTWU 409 try_to_wake_up
        p1 | g/0 irq: C_CLKEVT_PROG 37 tick_program_event
        ${lvtt}
        p1 | g/0 switch: C_SWITCH 1013 __schedule
        p1 | g/0 switch: C_CLKEVT_PROG 37 tick_nohz_idle_stop_tick
        ${lvtt}
        p1   g/0 cyclictest: C_USER_RETURN 167 syscall_exit_to_user_mode
        p1   g/0 cyclictest: C_CLKREAD 29
      `),
    );
    expect(run.maxNs).toBe(WAKE + KVM.entry + GUEST_PATH);
  });

  test('the adaptive advance climbs by eighths to 5000 ns and falls back to 1000', () => {
    const run = record(plan('halt_poll_ns: 0'), 16 * MS);
    // The path is 5816 ns: late by 4816 with 1000, so + 602, and so on; above 5000 it starts again.
    expect(WAKE).toBe(5816);
    const advances = [
      1000, 1602, 2128, 2589, 2992, 3345, 3653, 3923, 4159, 4366, 4547, 4705, 4843, 4964, 1000,
    ];
    advances.forEach((advanceNs, i) => {
      const releaseNs = i * MS + 500_000;
      expect(beginOf(run, 'p1 irq', 'C_KICK', releaseNs - 6000)).toBe(
        releaseNs - advanceNs + C1_EXIT + HOST_IRQ - KVM.vcpuKick,
      );
    });
  });

  test('without the preemption timer nothing moves: no timer work at the halt', () => {
    const run = record(plan(`${BLOCKED}, preemption_timer: N`), 8 * MS);
    const haltNs = beginOf(run, 'g/0 cyclictest', 'C_SYSCALL', RELEASE - MS);
    expect(steps(run, haltNs + 375, RELEASE).slice(0, 9)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 kvm_set_lapic_tscdeadline_msr   # no fast path for SW
        p1   vcpu g/0: C_HRTIMER_ARM 151 start_sw_tscdeadline
        p1 | vcpu g/0: C_CLKEVT_PROG 199 hrtimer_reprogram
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1 | g/0 switch: C_SWITCH 1013 __schedule
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit                    # HLT
        p1 | p1 switch: C_SWITCH 1009 __schedule
      `),
    );
  });
});

describe('T2 with halt polling', () => {
  // Halts last about 85 us: the window grows 10, 20, 40, 80, 160 us and then covers them.
  const polling = plan('lapic_timer_advance: N', '', '100us');
  const release = 7 * MS + 500_000;

  test('inside the window there is no switch, no C-state and no vcpu_load', () => {
    const run = record(polling, 8 * MS);
    expect(steps(run, release, release + 1_700).slice(0, 9)).toEqual(
      golden(`
        p1 | p1 irq: C_HIRQ 211 sysvec_apic_timer_interrupt
        p1 | p1 irq: C_HRT_IRQ 307 hrtimer_interrupt
        p1 | p1 irq: C_HRCB 103 __run_hrtimer
        p1 | p1 irq: C_KICK 109 kvm_vcpu_kick
        p1 | p1 irq: C_CLKEVT_PROG 199 tick_program_event
        p1   vcpu g/0: halt poll 41 kvm_vcpu_halt        # one turn of the loop until it is seen
        p1   vcpu g/0: C_INJECT 139 kvm_inject_apic_timer_irqs
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
  });

  test('a longer halt than halt_poll_ns never grows the window', () => {
    const run = record(plan('lapic_timer_advance: N', '', '1ms'), 20 * MS);
    expect(run.lines.some(({ step }) => step === 'halt poll')).toBe(false);
  });

  test('another thread on the pCPU ends polling (single_task_running)', () => {
    const busy = `  threads: [{name: hog, cpus: 1, policy: other}]`;
    const run = record(plan('lapic_timer_advance: N', busy, '100us'), 8 * MS);
    expect(run.lines.some(({ step }) => step === 'halt poll')).toBe(false);
    expect(run.count).toBeGreaterThan(50);
  });
});
