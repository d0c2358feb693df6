/**
 * Lazy preemption (kernel/sched/core.c of 6.13 resched_curr_lazy, sched_tick): a fair thread in kernel
 * code is left by another fair one at its return to user mode or at the second tick.
 */
import { expect, test } from 'vitest';
import { record } from './record.js';

/** When `quick` begins to compute, in us; it is ready from 5.3 ms on. */
function quickAt(preemption: string, section: string, policy = 'other', cpu = 1): number {
  const run = record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.13', preemption: ${preemption}, hz: 1000 }
  cmdline: idle=poll
  sysctl: { kernel.timer_migration: 0 }
  threads:
    - {name: slow, cpus: 1, policy: other, every: 1s, start: 100us, run: 4ms, sections: [{kind: kernel, run: ${section}}]}
    - {name: quick, cpus: ${cpu}, policy: '${policy}', every: 1s, start: 5300us, run: 10us}
workloads:
  - {id: idle, kind: periodic, on: host, cpus: 0, policy: other, period: 1s, start: 999ms, run: 1us}
`,
    12_000_000,
  );
  const line = run.lines.find(({ context, step }) => context === 'thread quick' && step === 'run');
  return Math.floor((line?.fromNs ?? 0) / 1000);
}

test('full: it is left at once', () => {
  expect(quickAt('full', '5ms')).toBe(5302);
});

test('lazy: at the end of its kernel code', () => {
  // In kernel code from 4.1 ms and some ticks until 5.6 ms.
  const at = quickAt('lazy', '1500us');
  expect(at).toBeGreaterThan(5600);
  expect(at).toBeLessThan(5620);
});

test('lazy: at the next tick, if that comes first', () => {
  expect(quickAt('lazy', '5ms')).toBe(6002);
});

test('lazy: a realtime thread does not wait', () => {
  expect(quickAt('lazy', '5ms', 'fifo:1')).toBe(5302);
});

test('lazy: user mode is left at once', () => {
  expect(quickAt('lazy', '1ns')).toBeLessThan(5310);
});
