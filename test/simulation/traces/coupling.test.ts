/**
 * Guest code that waits for other vCPUs or for QEMU: function calls (kernel/smp.c), console output
 * (drivers/tty/serial/8250), exits that KVM handles.
 */
import { describe, expect, test } from 'vitest';
import { beginOf, golden, record, steps } from './record.js';

const MS = 1_000_000;

const plan = (options: {
  sections: string;
  threads?: string;
  guest?: string;
  cpu?: string;
}): string => `
host:
  kernel: { preset: '6.12-rt', hz: 100 }
  cmdline: idle=poll
  fairServerOff: 0-3
  kvm: { halt_poll_ns: 0, ple_gap: 0 }
  threads: [${options.threads ?? ''}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:80'}, {id: 1, cpus: 2, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 100 }
    cmdline: ${options.guest ?? 'idle=poll'}
    fairServerOff: 0-1
    cpu: ${options.cpu ?? '{}'}
workloads:
  - {id: job, kind: periodic, on: g, cpus: 0, policy: 'fifo:95', period: 100ms, start: 520us, run: 1us, sections: [${options.sections}]}
`;

const CALL = '{kind: call, run: 300ns}';

describe('a function call on another vCPU', () => {
  test('costs an ICR exit here, a posted interrupt there, and the wait for it', () => {
    const run = record(plan({ sections: CALL }), 2 * MS);
    const from = beginOf(run, 'g/0 job', 'C_IPI', 0);
    expect(
      steps(run, from, from + 4_000)
        .filter((line) => !/idle/.test(line))
        .slice(0, 7),
    ).toEqual(
      golden(`
        p1   g/0 job: C_IPI 131 smp_call_function_many_cond
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1 | vcpu g/0: C_FASTPATH_ICR 353 handle_fastpath_set_x2apic_icr_irqoff
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
        p1   g/0 job: call wait 727 smp_call_function_many_cond   # 701 + 229 + 300 - 503
        p2 | g/1 irq: C_HIRQ 229 sysvec_call_function_single
        p2 | g/1 irq: C_CALL 300 flush_smp_call_function_queue
      `),
    );
  });

  const thief = "{name: thief, policy: 'fifo:90', cpus: 2, every: 100ms, start: 500us, run: 3ms}";

  test('waits for a vCPU that the host has taken the pCPU from', () => {
    const run = record(plan({ sections: CALL, threads: thief }), 8 * MS);
    expect(run.maxNs).toBeGreaterThan(2.9 * MS);
  });

  test('a TLB flush leaves a preempted vCPU out where the guest is told', () => {
    const flush = '{kind: tlbFlush, run: 300ns}';
    const features = '{features: {kvm-pv-tlb-flush: true}}';
    const options = { sections: flush, threads: thief };
    expect(record(plan(options), 8 * MS).maxNs).toBeGreaterThan(2.9 * MS);
    expect(record(plan({ ...options, cpu: features }), 8 * MS).maxNs).toBeLessThan(20_000);
    // The realtime hint says that vCPUs are never preempted: everyone is asked.
    const hinted = '{hintDedicated: true, features: {kvm-pv-tlb-flush: true}}';
    expect(record(plan({ ...options, cpu: hinted }), 8 * MS).maxNs).toBeGreaterThan(2.9 * MS);
  });
});

describe('exits of the guest itself', () => {
  test('an emulated instruction is a full exit', () => {
    const run = record(plan({ sections: '{kind: exit, run: 100ns}' }), 2 * MS);
    const from = beginOf(run, 'vcpu g/0', 'exit work', 0) - 541 - 449;
    expect(steps(run, from, from + 2_000, 1).slice(0, 5)).toEqual(
      golden(`
        p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
        p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
        p1   vcpu g/0: exit work 100 vmx_handle_exit
        p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
        p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
      `),
    );
  });

  test('a line on the serial console is an exit to QEMU for every character', () => {
    const run = record(plan({ sections: '{kind: print, count: 3, run: 1us}' }), 2 * MS);
    const exits = run.lines.filter(({ step }) => step === 'C_USEREXIT');
    expect(exits.length).toBe(3);
    const one = 541 + 449 + 1999 + 1000 + 179 + 283 + 503;
    expect(exits[1].fromNs - exits[0].fromNs).toBe(one);
  });

  test('another vCPU that prints waits for the console with interrupts off', () => {
    const printer =
      "threads: [{name: p, policy: 'other', cpus: 1, every: 100ms, start: 500us, run: 1us, sections: [{kind: print, count: 40, run: 1us}]}]";
    const text = plan({ sections: '{kind: print, count: 1, run: 1us}' }).replace(
      'cpu: {}',
      printer,
    );
    const run = record(text, 2 * MS);
    expect(run.lines.some(({ step, pcpu }) => step === 'print0 spin' && pcpu === 1)).toBe(true);
    expect(run.maxNs).toBeGreaterThan(100_000);
  });
});
