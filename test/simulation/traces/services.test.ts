/**
 * What KVM does to a vCPU between its exits: PAUSE loops (vmx.c handle_pause), clock updates (x86.c
 * kvmclock_update_fn, kvm_update_masterclock), EPT violations (mmu.c), a timer that follows its thread,
 * IPIs of guests without the fast path.
 */
import { describe, expect, test } from 'vitest';
import { beginOf, golden, type Recorded, record, steps } from './record.js';

const MS = 1_000_000;

const plan = (options: {
  kvm?: string;
  guest?: string;
  threads?: string;
  preset?: string;
  cmdline?: string;
  vcpu?: string;
}): string => `
host:
  kernel: { preset: '${options.preset ?? '6.12-rt'}', hz: 100 }
  cmdline: idle=poll
  fairServerOff: 0-3
  kvm: { halt_poll_ns: 0, ${options.kvm ?? 'ple_gap: 0'} }
  threads: [${options.threads ?? ''}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: ${options.vcpu ?? '1'}, policy: 'fifo:10'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: ${options.cmdline ?? 'idle=poll'}
    fairServerOff: 0
    ${options.guest ?? ''}
workloads:
  - {id: job, kind: periodic, on: g, cpus: 0, policy: 'fifo:95', period: 100ms, start: 700us, run: 1us}
`;

/** Distances between the begins of a step. */
function distances({ lines }: Recorded, step: string): number[] {
  const begins = lines.filter((line) => line.step === step).map(({ fromNs }) => fromNs);
  return begins.slice(1).map((ns, i) => ns - begins[i]);
}

describe('PAUSE-loop exits', () => {
  test('a polling guest leaves after 4096 cycles, then after twice as many', () => {
    const run = record(plan({ kvm: 'ple_gap: 128' }), 0.5 * MS);
    const first = beginOf(run, 'vcpu g/0', 'C_PLE', 0);
    expect(steps(run, first - 541 - 449, first + 1_800)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 handle_pause
        p1   vcpu g/0: C_PLE 997 kvm_vcpu_on_spin
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1   g/0 idle: idle 4096
      `),
    );
    // 2 GHz: 2048 ns, doubled by every exit; an exit and an entry in between.
    const way = 541 + 449 + 997 + 283 + 503;
    expect(distances(run, 'C_PLE').slice(0, 4)).toEqual(
      [4096, 8192, 16384, 32768].map((ns) => ns + way),
    );
  });

  test('none with ple_gap=0 or with PAUSE passed through', () => {
    expect(distances(record(plan({}), MS), 'C_PLE')).toEqual([]);
    const through = plan({ kvm: 'ple_gap: 128', guest: 'cpu: {passthrough: [pause]}' });
    expect(distances(record(through, MS), 'C_PLE')).toEqual([]);
  });

  test('a thread that was switched out begins with the first window again', () => {
    const thief = "{name: thief, policy: 'fifo:90', cpus: 1, every: 100ms, start: 400us, run: 5us}";
    const run = record(plan({ kvm: 'ple_gap: 128', threads: thief }), 0.6 * MS);
    const back = beginOf(run, 'vcpu g/0', 'C_ENTRY', 405_000) + 503;
    expect(beginOf(run, 'vcpu g/0', 'C_PLE', back) - back).toBe(2048 + 541 + 449);
  });
});

describe('clock updates', () => {
  test('kvmclock: a kick, and the guest reads its clock anew', () => {
    const run = record(plan({ guest: 'clock: {sync: {every: 100ms, start: 300us}}' }), 0.5 * MS);
    expect(steps(run, 300_000, 302_700)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
        p1 | vcpu g/0: C_CLOCK_UPDATE 739 kvm_guest_time_update
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
  });

  test('the master clock: nobody enters before it is done', () => {
    const run = record(
      plan({ guest: "clock: {sync: 'off', masterclock: {every: 100ms, start: 300us}}" }),
      0.5 * MS,
    );
    expect(steps(run, 300_000, 303_000).slice(0, 5)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | p1 irq: C_HIRQ 211 sysvec_reschedule_ipi
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
        p1   vcpu g/0: masterclock wait 826 kvm_update_masterclock   # 2027 - 541 - 211 - 449
        p1 | vcpu g/0: C_CLOCK_UPDATE 739 kvm_guest_time_update
      `),
    );
  });

  test('every 300 s with kvmclock_periodic_sync', () => {
    const run = (kvm: string): boolean =>
      record(plan({ kvm }), 0.1 * MS).simulation.parts[0].m.arrivals.some(({ path }) =>
        path.includes('clock'),
      );
    expect(run('kvmclock_periodic_sync: Y')).toBe(true);
    expect(run('kvmclock_periodic_sync: N')).toBe(false);
  });
});

describe('EPT violations', () => {
  const faults = 'memory: {faults: {every: 100ms, start: 300us}}';

  test('an exit that maps the page', () => {
    const run = record(plan({ guest: faults }), 0.5 * MS);
    expect(steps(run, 300_000, 303_200)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 handle_ept_violation
        p1   vcpu g/0: C_EPT_FAULT 1493 kvm_mmu_page_fault
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
  });

  test('waits for the host thread that holds mmu_lock, which inherits the priority', () => {
    const zap =
      '{name: ksm, policy: other, cpus: 0, every: 100ms, start: 250us, run: 1us, sections: [{kind: spin, lock: mmu-g, run: 200us}]}';
    const hog = "{name: hog, policy: 'fifo:5', cpus: 0, every: 100ms, start: 280us, run: 5ms}";
    const run = record(plan({ guest: faults, threads: `${zap}, ${hog}` }), 8 * MS);
    const from = beginOf(run, 'vcpu g/0', 'C_EPT_FAULT', 0);
    // FIFO 10 is lent to ksm, which passes the FIFO 5 hog: the rest of 200 us, not 5 ms.
    expect(from - 300_000).toBeGreaterThan(150_000);
    expect(from - 300_000).toBeLessThan(400_000);
    expect(run.lines.some(({ step }) => step === 'mmu-g C_PI_STEP')).toBe(true);
  });
});

describe('a thread that moves takes its timer along', () => {
  test('KVM_REQ_MIGRATE_TIMER before the entry on the other pCPU', () => {
    const thief = "{name: thief, policy: 'fifo:90', cpus: 1, every: 100ms, start: 400us, run: 2ms}";
    const kvm = 'ple_gap: 0, preemption_timer: N';
    const run = record(plan({ kvm, threads: thief, vcpu: '1-2' }), MS);
    const moved = beginOf(run, 'vcpu g/0', 'C_VCPU_LOAD', 400_000);
    const all = steps(run, moved, moved + 3_000, 2);
    expect(all.slice(0, 2)).toEqual(
      golden(`
        p2   vcpu g/0: C_VCPU_LOAD 853 kvm_sched_in
        p2   vcpu g/0: C_HRTIMER_ARM 151 __kvm_migrate_apic_timer
      `),
    );
  });
});

describe('guest IPIs', () => {
  const two = (preset: string): string =>
    plan({ preset })
      .replace("policy: 'fifo:10'}]", "policy: 'fifo:10'}, {id: 1, cpus: 2, policy: 'fifo:10'}]")
      .replace('run: 1us}', 'run: 1us, sections: [{kind: call, run: 100ns}]}');

  test('are a fast path from 5.8, and a full exit before', () => {
    const icr = (preset: string): string[] =>
      record(two(preset), 2 * MS)
        .lines.filter(({ kernelFunction }) => /icr|send_ipi/.test(kernelFunction ?? ''))
        .map(({ step }) => step);
    expect(icr('6.12-rt')).toEqual(['C_FASTPATH_ICR']);
    expect(icr('4.4-rt')).toEqual(['C_HANDLE_EXIT']);
  });
});
