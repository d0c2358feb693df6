/**
 * The tick of a nohz_full CPU that leaves idle: before 5.14 it starts (tick_nohz_idle_exit), and the end
 * of its next interrupt stops it again, or puts it off by a second (4.4: scheduler_tick_max_deferment).
 */
import { expect, test } from 'vitest';
import { record } from './record.js';

/** When pCPU 1 ticks, in ms; its only thread computes from 10 ms on for 3 s. */
function ticks(preset: string): number[] {
  const run = record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '${preset}', preemption: rt, hz: 100 }
  cmdline: nohz_full=1
  sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }
  kvm: { halt_poll_ns: 0 }
workloads:
  - {id: job, kind: periodic, on: host, cpus: 1, policy: 'fifo:1', period: 10s, start: 15ms, run: 3s}
`,
    3_200_000_000,
  );
  return run.lines
    .filter(({ pcpu, step }) => pcpu === 1 && step === 'C_TICK')
    .map(({ fromNs }) => Math.floor(fromNs / 1e6));
}

test('4.4: one tick at the next boundary, then one a second', () => {
  expect(ticks('4.4-rt')).toEqual([20, 1020, 2020]);
});

test('5.4: one tick at the next boundary, then none', () => {
  expect(ticks('5.4')).toEqual([20]);
});

test('6.12: none', () => {
  expect(ticks('6.12-rt')).toEqual([]);
});
