/**
 * How long softirqs may run in place (kernel/softirq.c handle_softirqs): what is raised while they
 * run gets another pass only for 2 ms, 10 times, and while no thread waits; ksoftirqd has the rest.
 */
import { expect, test } from 'vitest';
import { type Recorded, record } from '../simulation/traces/record.js';

const MS = 1_000_000;

const run = (irq: string, thread = ''): Recorded =>
  record(
    `
host:
  kernel: { preset: '6.12', preemption: full, hz: 24, flags: {fairServer: false} }
  cmdline: idle=poll
  sysctl: { kernel.sched_rt_runtime_us: -1 }
  threads: [${thread}]
  irqs: [${irq}]
workloads:
  - {id: idle, kind: busy, on: host, cpus: 0, policy: other}
`,
    20 * MS,
  );

const softirqs = (recorded: Recorded, context: string) =>
  recorded.lines.filter((line) => line.context === context && line.step === 'device softirq');

/** A little more softirq work than time: 99.5 us and the interrupt every 100 us. */
const FLOOD = '{name: nic, cpus: 1, every: 100us, start: 100us, cost: 1us, softirq: 99500ns}';

test('a flood of softirqs is handed to ksoftirqd', () => {
  const flood = run(FLOOD);
  expect(softirqs(flood, 'p1 ksoftirqd').length).toBeGreaterThan(0);
});

test('a thread that must run gets the pCPU after the pass that is running', () => {
  const RT = "{name: rt, cpus: 1, policy: 'fifo:50', every: 5ms, start: 3100us, run: 10us}";
  const { lines } = run(FLOOD, RT);
  const first = lines.find(({ context, step }) => context === 'thread rt' && step === 'run');
  // A pass has one piece, or two; without the rule it waits for all.
  expect(first?.fromNs).toBeLessThan(3_100_000 + 250_000);
});

test('nothing is lost: every interrupt has its softirq, in place or in ksoftirqd', () => {
  const recorded = run(
    '{name: nic, cpus: 1, every: 100us, start: 100us, cost: 1us, softirq: 60us}',
  );
  const served = recorded.lines.filter(
    ({ step, resumed }) => step === 'device softirq' && !resumed,
  ).length;
  const raised = recorded.lines.filter(
    ({ step, pcpu }) => step === 'hard handler' && pcpu === 1,
  ).length;
  expect(raised).toBeGreaterThan(190);
  expect(raised - served).toBeLessThanOrEqual(1);
});

test('ksoftirqd is preempted between its passes, never within a softirq', () => {
  const RT = "{name: rt, cpus: 1, policy: 'fifo:50', every: 313us, start: 1100us, run: 5us}";
  const { lines } = run(FLOOD, RT);
  const onP1 = lines.filter(({ pcpu, fromNs, toNs }) => pcpu === 1 && toNs > fromNs);
  const served = onP1.filter(
    ({ context, step }) => context === 'p1 ksoftirqd' && step === 'device softirq',
  );
  expect(served.length).toBeGreaterThan(0);
  // What ran right before it went on: a switch would mean that a thread came between.
  const split = onP1.filter(
    ({ context, step, resumed }, i) =>
      context === 'p1 ksoftirqd' &&
      step === 'device softirq' &&
      resumed &&
      onP1[i - 1].context === 'p1 switch',
  );
  expect(split).toEqual([]);
});
