/**
 * The tick of a nohz_full CPU comes back when its queue needs it, even if nothing there is preempted
 * (kernel/sched/core.c add_nr_running, kernel/time/tick-sched.c tick_nohz_dep_set_cpu); and RR slices
 * are counted in whole ticks (kernel/sched/rt.c task_tick_rt).
 */
import { expect, test } from 'vitest';
import { rrSliceNs } from '../../src/kernel/tick.js';
import { record } from '../simulation/traces/record.js';

const MS = 1_000_000;

const plan = (threads: string, cmdline: string): string => `
host:
  kernel: { preset: '6.12-rt', hz: 1000, flags: {fairServer: false} }
  cmdline: idle=poll ${cmdline}
  sysctl: { kernel.sched_rt_runtime_us: -1 }
  threads: [${threads}]
workloads:
  - {id: idle, kind: busy, on: host, cpus: 0, policy: other}
`;

const firstRun = (threads: string, cmdline: string, name: string): number => {
  const { lines } = record(plan(threads, cmdline), 600 * MS);
  const line = lines.find(({ context, step }) => context === `thread ${name}` && step === 'run');
  return Math.round((line?.fromNs ?? Number.POSITIVE_INFINITY) / MS);
};

test('a second RR thread on a nohz_full pCPU gets its turn', () => {
  const threads = `{name: hog, cpus: 1, policy: 'rr:5'},
    {name: second, cpus: 1, policy: 'rr:5', every: 10s, start: 5ms, run: 5ms}`;
  const ticking = firstRun(threads, '', 'second');
  const full = firstRun(threads, 'nohz_full=1', 'second');
  expect(ticking).toBeGreaterThanOrEqual(99);
  expect(ticking).toBeLessThanOrEqual(101);
  // The tick begins with the second thread, and so does the counting.
  expect(full).toBeGreaterThanOrEqual(104);
  expect(full).toBeLessThanOrEqual(107);
});

test('one that is woken from another pCPU gets its turn too', () => {
  // `second` sleeps from 7 ms until pCPU 0 wakes it at 31 ms, which preempts nobody.
  const threads = `{name: hog, cpus: 1, policy: 'rr:5', every: 10s, start: 10ms, run: 5s},
    {name: waker, cpus: 0, policy: 'fifo:9', start: 1ms, program: [run 30ms, wake second]},
    {name: second, cpus: 1, policy: 'rr:5', start: 2ms, program: [run 5ms, wait]}`;
  const { lines } = record(plan(threads, 'nohz_full=1'), 600 * MS);
  const done = lines.find(({ context, step }) => context === 'thread second' && step === '1: end');
  const atMs = Math.round((done?.fromNs ?? Number.POSITIVE_INFINITY) / MS);
  expect(atMs).toBeGreaterThanOrEqual(130);
  expect(atMs).toBeLessThanOrEqual(133);
});

test('an RR slice is 100 ms in whole ticks at every HZ', () => {
  const slices = [100, 250, 300, 1000].map((hz) => {
    const tickNs = Math.round(1e9 / hz);
    return rrSliceNs(tickNs) / tickNs;
  });
  expect(slices).toEqual([10, 25, 30, 100]);
});

test('two RR threads at HZ=300 take turns of 30 ticks', () => {
  const threads = `{name: first, cpus: 1, policy: 'rr:5'}, {name: second, cpus: 1, policy: 'rr:5'}`;
  const text = plan(threads, '').replace('hz: 1000', 'hz: 300');
  const { lines } = record(text, 600 * MS);
  const turns = lines
    .filter(({ context, step }) => context === 'thread second' && step === 'busy')
    .map(({ fromNs }) => Math.round(fromNs / MS));
  expect(turns[0]).toBeGreaterThanOrEqual(99);
  expect(turns[0]).toBeLessThanOrEqual(101);
});
