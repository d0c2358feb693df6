import { expect, test } from 'vitest';
import { Simulation } from '../../src/simulation/simulation.js';
import {
  formatTraceLine,
  formatTraceStep,
  paidLines,
  type TraceLine,
  TraceRecorder,
} from '../../src/simulation/trace.js';
import { primesPlan } from './traces/platform.js';

const PLAN = `
host:
  kernel: { preset: '6.12-rt', hz: 100 }
  cmdline: idle=poll
  irqs: [{name: nic, cpus: 0, every: 1ms, start: 100us, cost: 5us}]
  smi: {every: 1s, run: 7us}
guests:
  - name: plc
    vcpus: [{id: 0, cpus: 1, policy: 'fifo:1'}]
    cmdline: idle=poll
workloads:
  - {id: cyclictest, kind: cyclictest, on: plc, cpus: 0, interval: 1ms, start: 500us}
`;

function run(untilNs: number, limit?: number): { trace: TraceRecorder; simulation: Simulation } {
  const simulation = new Simulation(primesPlan(PLAN), { seed: '1', untilNs, whole: true });
  const trace = new TraceRecorder(simulation.parts[0], limit);
  while (!simulation.advance(1000));
  return { trace, simulation };
}

const line: TraceLine = {
  fromNs: 1000,
  toNs: 1541,
  pcpu: 3,
  context: 'vcpu plc/0',
  step: 'C_EXIT',
  kernelFunction: 'arch/x86/kvm/vmx/vmx.c:vmx_vcpu_enter_exit',
  irqOff: true,
  resumed: false,
};

test('a line shows time, pCPU, irq-off bar, context, step, duration and kernel function', () => {
  expect(formatTraceLine(line)).toBe('0000001000 p3 | vcpu plc/0: C_EXIT 541 vmx_vcpu_enter_exit');
  expect(formatTraceStep({ ...line, irqOff: false, kernelFunction: undefined })).toBe(
    'p3   vcpu plc/0: C_EXIT 541',
  );
});

test('the lines of a lane follow each other without gap or overlap', () => {
  const { trace, simulation } = run(3_000_000);
  for (const pcpu of simulation.parts[0].layout.pcpus) {
    const own = trace.lines.filter((one) => one.pcpu === pcpu);
    expect(own.length).toBeGreaterThan(3);
    own.slice(1).forEach((one, i) => {
      expect(one.fromNs).toBe(own[i].toNs);
    });
    expect(own.at(-1)?.toNs).toBe(Number.POSITIVE_INFINITY);
  }
});

test('every context has a name, whatever runs', () => {
  const { trace } = run(1_000_000_000);
  const contexts = new Set(trace.lines.map(({ context }) => context));
  for (const name of [
    'p0 irq',
    'p0 switch',
    'p0 idle',
    'p0 irq thread nic',
    'p1 SMM',
    'vcpu plc/0',
    'plc/0 irq',
    'plc/0 switch',
    'plc/0 idle',
    'plc/0 cyclictest',
  ]) {
    expect(contexts, name).toContain(name);
  }
  expect([...contexts].some((name) => /undefined|-1/.test(name))).toBe(false);
});

test('steps without a duration are recorded and can be dropped', () => {
  const { trace } = run(1_000_000);
  expect(trace.lines.some(({ step }) => step === 'irq exit')).toBe(true);
  const paid = paidLines(trace.lines);
  expect(paid.some(({ step }) => step === 'irq exit')).toBe(false);
  expect(paid.every(({ fromNs, toNs }) => toNs > fromNs)).toBe(true);
});

test('a trace changes nothing in the run, and its limit bounds its memory', () => {
  const bare = new Simulation(primesPlan(PLAN), { seed: '1', untilNs: 3_000_000, whole: true });
  while (!bare.advance(1000));
  const { simulation, trace } = run(3_000_000, 50);
  expect(simulation.result()).toEqual(bare.result());
  expect(trace.lines.length).toBe(50);
});
