/**
 * T10: the big QEMU lock. A guest's access to an emulated device ends KVM_RUN, and QEMU takes a mutex
 * without priority inheritance (kernel/futex/waitwake.c): whoever holds it keeps its own priority, so
 * that a FIFO vCPU waits for a SCHED_OTHER main loop and for everything that this one waits for.
 */
import { describe, expect, test } from 'vitest';
import { beginOf, golden, record, steps } from './record.js';

const MS = 1_000_000;
const US = 1_000;

const plan = (options: {
  hold: string;
  hogs: number;
  policy?: string;
  period?: string;
}): string => `
host:
  kernel: { preset: '6.12-rt', hz: 1000 }
  cmdline: idle=poll nohz_full=1
  sysctl: { kernel.timer_migration: 0 }
  fairServerOff: 0-3
  threads: [${Array.from({ length: options.hogs }, (_, i) => `{name: hog${i}, policy: other, cpus: 0}`).join(', ')}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:50'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: idle=poll
    fairServerOff: 0
    emulator: {cpus: 0, policy: '${options.policy ?? 'other'}', every: 100ms, start: 500us, run: 0ns, sections: [{kind: mutex, lock: bql, run: ${options.hold}}]}
workloads:
  - {id: job, kind: periodic, on: g, cpus: 0, policy: 'fifo:95', period: ${options.period ?? '100ms'}, start: 520us, run: 1us, sections: [{kind: userExit, run: 2us}]}
`;

describe('T10 the big lock', () => {
  test('a free lock costs the way to QEMU and back', () => {
    const run = record(plan({ hold: '1us', hogs: 0 }), 2 * MS);
    const from = beginOf(run, 'vcpu g/0', 'C_USEREXIT', 0) - 541 - 449 - 47;
    expect(steps(run, from, from + 6_048, 1)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 handle_io
        p1   vcpu g/0: C_USEREXIT 1999 kvm_arch_vcpu_ioctl_run
        p1   vcpu g/0: device code 2000
        p1   vcpu g/0: C_SYSCALL 179 kvm_vcpu_ioctl       # KVM_RUN anew
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_enter
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
  });

  test('a held lock puts the vCPU to sleep until its owner is done', () => {
    const run = record(plan({ hold: '30us', hogs: 0 }), 2 * MS);
    const from = beginOf(run, 'vcpu g/0', 'C_USEREXIT', 0);
    const all = steps(run, from, from + 40 * US);
    const wait = all.filter((line) => /vcpu g|p1 switch|futex|hold/.test(line));
    expect(wait.slice(0, 13)).toEqual(
      golden(`
        p1   vcpu g/0: C_USEREXIT 1999 kvm_arch_vcpu_ioctl_run
        p1   vcpu g/0: C_SYSCALL 179 futex_wait            # the main loop has it
        p1 | p1 switch: C_SWITCH 1009 __schedule
        p1 | p1 switch: C_CLKEVT_PROG 199 tick_nohz_idle_stop_tick
        p0   thread qemu/g: C_SYSCALL 179 futex_wake
        p0 | thread qemu/g: C_TTWU 401 futex_wake
        p1 | p1 switch: C_SWITCH 1009 __schedule           # idle=poll: no IPI
        p1   vcpu g/0: C_USER_RETURN 163 futex_wait
        p1   vcpu g/0: device code 2000
        p1   vcpu g/0: C_SYSCALL 179 kvm_vcpu_ioctl
        p1   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_enter
      `),
    );
  });

  test('nobody boosts the owner: the vCPU waits for whoever shares its pCPU', () => {
    const often = { hold: '3ms', period: '5ms' };
    const alone = record(plan({ ...often, hogs: 0 }), 60 * MS);
    const shared = record(plan({ ...often, hogs: 3 }), 60 * MS);
    const realtime = record(plan({ ...often, hogs: 3, policy: 'fifo:1' }), 60 * MS);
    expect(alone.maxNs).toBeLessThan(3.1 * MS);
    expect(shared.maxNs).toBeGreaterThan(5 * MS);
    // A main loop above the hogs holds the lock for no longer than its own work takes.
    expect(realtime.maxNs).toBeLessThan(3.1 * MS);
  });
});
