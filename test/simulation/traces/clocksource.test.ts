/** A host whose TSC was found unstable (tick-sched.c check_tick_dependency, TICK_DEP_BIT_CLOCK_UNSTABLE). */
import { expect, test } from 'vitest';
import { record } from './record.js';

const run = (more: string, cmdline = '') =>
  record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.12-rt', hz: 100, flags: { fairServer: false } }
  cmdline: nohz_full=1 ${cmdline}
  sysctl: { kernel.timer_migration: 0 }
${more}
workloads:
  - {id: C, kind: cyclictest, on: host, cpus: 1, policy: 'fifo:50', interval: 1s, start: 5ms}
  - {id: job, kind: periodic, on: host, cpus: 1, policy: 'fifo:1', period: 10s, start: 15ms, run: 95ms}
`,
    150_000_000,
  ).lines;

const ticks = (more: string, cmdline?: string): number =>
  run(more, cmdline).filter(({ step, pcpu }) => step === 'C_TICK' && pcpu === 1).length;
const readNs = (more: string, cmdline?: string): number => {
  const line = run(more, cmdline).find(
    ({ step, toNs, fromNs }) => step === 'C_CLKREAD' && toNs > fromNs,
  );
  return line ? line.toNs - line.fromNs : 0;
};

test('with the TSC a nohz_full CPU does without its tick', () => {
  expect(ticks('  clocksource: tsc')).toBe(0);
  expect(readNs('  clocksource: tsc')).toBe(31);
});

test('fallen back to the HPET it keeps its tick, and reading the clock is dear', () => {
  expect(ticks('  clocksource: hpet')).toBeGreaterThan(8);
  expect(readNs('  clocksource: hpet')).toBeGreaterThan(599);
});

test('tsc=unstable is a fallback too', () => {
  expect(ticks('', 'tsc=unstable')).toBeGreaterThan(8);
});

test('clocksource=hpet with a stable TSC costs reads only', () => {
  expect(ticks('  clocksource: hpet', 'clocksource=hpet')).toBe(0);
  expect(readNs('', 'clocksource=hpet')).toBeGreaterThan(599);
});
