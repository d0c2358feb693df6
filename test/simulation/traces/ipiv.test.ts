/**
 * IPI virtualization (arch/x86/kvm/vmx/vmx.c vmx_can_use_ipiv): a guest's IPI is posted by the processor,
 * and a blocked target is woken by the wake-up vector of the pCPU where it blocked.
 */
import { expect, test } from 'vitest';
import { record } from './record.js';

const run = (ipiv: string, cmdline: string) =>
  record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
  cmdline: idle=poll
  kvm: { halt_poll_ns: 0, lapic_timer_advance: N, ple_gap: 0, enable_ipiv: ${ipiv} }
guests:
  - name: g
    vcpus: [{id: 0, cpus: 0, policy: 'fifo:1'}, {id: 1, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
    cmdline: ${cmdline}
workloads:
  - {id: job, kind: periodic, on: g, cpus: 0, policy: 'fifo:9', period: 1s, start: 100us, run: 10us, sections: [{kind: call, run: 1us}]}
`,
    300_000,
  ).lines.filter(({ toNs, fromNs }) => toNs > fromNs);

const icrExits = (ipiv: string, cmdline: string): number =>
  run(ipiv, cmdline).filter(({ step, kernelFunction }) =>
    `${step} ${kernelFunction}`.includes('x2apic_icr'),
  ).length;

test('without it the write exits', () => {
  expect(icrExits('N', 'idle=poll')).toBe(1);
});

test('a target in its guest is told without any exit', () => {
  expect(icrExits('Y', 'idle=poll')).toBe(0);
  const target = run('Y', 'idle=poll').filter(({ pcpu, fromNs }) => pcpu === 1 && fromNs > 110_000);
  expect(target.some(({ step }) => step === 'C_EXIT')).toBe(false);
  expect(target.some(({ context, step }) => context === 'g/1 irq' && step === 'C_HIRQ')).toBe(true);
});

test('a blocked target is woken by the wake-up vector on its own pCPU', () => {
  const lines = run('Y', 'quiet');
  expect(icrExits('Y', 'quiet')).toBe(0);
  const wake = lines.find(({ kernelFunction }) => kernelFunction?.includes('pi_wakeup_handler'));
  expect(wake?.pcpu).toBe(1);
});
