/**
 * A guest that halts without an exit (HLT passthrough) puts the core to sleep: whatever interrupts it
 * pays the C-state, a host interrupt too, which then finds the guest halting anew.
 */
import { expect, test } from 'vitest';
import { C1_EXIT, HOST, KVM } from '../simulation/traces/platform.js';
import { golden, record, steps } from '../simulation/traces/record.js';

const MS = 1_000_000;

const run = (irq: string) =>
  record(
    `
host:
  kernel: { preset: '6.12', preemption: full, hz: 24 }
  cmdline: nohz_full=1
  sysctl: { kernel.timer_migration: 0 }
  fairServerOff: 0-3
  irqs: [${irq}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    cpu: { passthrough: [hlt, mwait, pause, cstate] }
    kernel: { preset: '6.12-rt', hz: 100 }
    fairServerOff: 0
workloads:
  - {id: w, kind: cyclictest, on: g, cpus: 0, policy: 'fifo:95', interval: 20ms, start: 9ms, dmaLatencyZero: false}
`,
    10 * MS,
  );

const ENTRY = KVM.entryPrepare + HOST.contextTracking + KVM.entry;

test('a host interrupt wakes the core before the exit, and the guest sleeps again', () => {
  const { lines } = run('{name: dev, cpus: 1, every: 50ms, start: 5ms, cost: 700ns}');
  const all = steps({ lines } as never, 5 * MS, 6 * MS, 1);
  const path = C1_EXIT + KVM.exit + HOST.contextTracking + HOST.irqEntry + 700 + KVM.handleExit;
  expect(all.slice(0, -1)).toEqual(
    golden(`
      p1 | vcpu g/0: C_CSTATE ${C1_EXIT} intel_idle
      p1 | vcpu g/0: C_EXIT 541 vmx_vcpu_enter_exit
      p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_exit
      p1 | p1 irq: C_HIRQ 211 common_interrupt
      p1 | p1 irq: hard handler 700 handle_irq_event
      p1   vcpu g/0: C_HANDLE_EXIT 449 vmx_handle_exit
      p1 | vcpu g/0: D_ENTRY_IRQOFF 283 vcpu_enter_guest
      p1 | vcpu g/0: C_CTXTRACK 47 ct_guest_enter
      p1 | vcpu g/0: C_ENTRY 503 vmx_vcpu_enter_exit
    `),
  );
  const asleep = lines.find(
    ({ step, fromNs, pcpu }) => pcpu === 1 && step === 'idle' && fromNs >= 5 * MS + path + ENTRY,
  );
  expect(asleep?.fromNs).toBe(5 * MS + path + ENTRY);
});

test("the guest's own timer on this pCPU pays it once, before the exit", () => {
  const { lines } = run('{name: dev, cpus: 0, every: 50ms, start: 5ms, cost: 700ns}');
  const paid = lines.filter(
    ({ pcpu, step, fromNs, toNs }) =>
      pcpu === 1 &&
      step.startsWith('C_CSTATE') &&
      fromNs > 8 * MS &&
      fromNs < 9 * MS &&
      toNs > fromNs,
  );
  expect(paid.map(({ fromNs }) => fromNs)).toEqual([9 * MS - 1000]);
  const delivered = lines.find(
    ({ context, step, fromNs }) => context === 'g/0 irq' && step === 'C_HIRQ' && fromNs > 8 * MS,
  );
  expect(delivered?.fromNs).toBeGreaterThan(9 * MS - 1000 + C1_EXIT + KVM.exit);
});
