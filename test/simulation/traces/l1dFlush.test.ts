/**
 * When the L1D is flushed at VM entry (arch/x86/kvm/vmx/vmx.c vmx_l1d_flush, l1tf_flush_l1d): after an
 * interrupt of the host and after a vcpu_load, not after exits for MSR writes.
 */
import { expect, test } from 'vitest';
import { Simulation } from '../../../src/simulation/simulation.js';
import { TraceRecorder } from '../../../src/simulation/trace.js';
import { planFromYaml } from '../../plan/builder.js';

/** VM entries and flushes of 1 ms from 1 ms on; the guest's cyclictest comes every 100 us. */
function counts(cmdline: string, irqEvery: string, kvm = ''): { entries: number; flushes: number } {
  const plan = planFromYaml(
    `
isochron: 1
name: flush
platform: tiny
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
  cmdline: idle=poll
  kvm: { halt_poll_ns: 0, lapic_timer_advance: N, ple_gap: 0${kvm} }
  irqs: [{name: nic, cpus: 1, every: ${irqEvery}, start: 1005us, cost: 1us, thread: 'off'}]
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
    cmdline: ${cmdline}
workloads:
  - {id: C, kind: cyclictest, on: g, cpus: 0, interval: 100us, start: 50us, dmaLatencyZero: false}
`,
    { cost: '100ns' },
  );
  const simulation = new Simulation(plan, { seed: '1', untilNs: 2_000_000, whole: true });
  const trace = new TraceRecorder(simulation.parts[0]);
  while (!simulation.advance(100_000));
  const late = trace.lines.filter(({ fromNs, toNs }) => fromNs >= 1_000_000 && toNs > fromNs);
  const of = (name: string): number => late.filter(({ step }) => step === name).length;
  return { entries: of('C_ENTRY'), flushes: of('C_L1D_FLUSH') };
}

test('exits for the timer flush nothing', () => {
  const { entries, flushes } = counts('idle=poll', '1s');
  expect(entries).toBeGreaterThan(15);
  // The one interrupt of the host.
  expect(flushes).toBe(1);
});

test('every interrupt of the host costs one', () => {
  expect(counts('idle=poll', '200us').flushes).toBe(5);
});

test('so does every vcpu_load', () => {
  const { flushes } = counts('quiet', '1s');
  expect(flushes).toBeGreaterThan(9);
  expect(flushes).toBeLessThan(14);
});

test('never, if told so', () => {
  expect(counts('quiet', '200us', ', vmentry_l1d_flush: never').flushes).toBe(0);
});
