/**
 * SCHED_DEADLINE threads at their wake-up (kernel/sched/deadline.c update_dl_entity): the absolute
 * deadline is set when the thread is woken, so the earliest deadline first order holds at once.
 */
import { expect, test } from 'vitest';
import { record } from './record.js';

const MS = 1_000_000;

const plan = (threads: string): string => `
host:
  kernel: { preset: '6.12-rt', hz: 1000, flags: { idlePollKeepsTick: false } }
  cmdline: idle=poll
  threads: [${threads}]
workloads:
  - {id: idle, kind: busy, on: host, cpus: 0, policy: other}
`;

const runs = (text: string, untilNs: number, name: string): Array<[number, number]> =>
  record(text, untilNs)
    .lines.filter(({ context, step }) => context === `thread ${name}` && step === 'run')
    .filter(({ fromNs, toNs }) => toNs > fromNs)
    .map(({ fromNs, toNs }) => [fromNs, toNs]);

const LONG =
  '{name: long, cpus: 1, policy: "deadline:8ms:50ms", every: 50ms, start: 1100us, run: 6ms}';
const near = (one: number): number => Math.round(one / 10_000) / 100;

test('a later deadline does not preempt, even on its second activation', () => {
  const late =
    '{name: late, cpus: 1, policy: "deadline:1ms:100ms", every: 50ms, start: 3300us, run: 500us}';
  const ran = runs(plan(`${LONG}, ${late}`), 60 * MS, 'late');
  // `long` computes from 1.1 ms for 6 ms and a few ticks: `late` waits for its end, both times.
  expect(ran.map(([fromNs]) => near(fromNs) > 7)).toEqual([true, true]);
  expect(near(ran[0][0])).toBeCloseTo(7.12, 1);
  expect(near(ran[1][0])).toBeCloseTo(57.12, 1);
});

test('an earlier deadline preempts at its wake-up', () => {
  const soon =
    '{name: soon, cpus: 1, policy: "deadline:1ms:10ms", every: 50ms, start: 3300us, run: 500us}';
  const ran = runs(plan(`${LONG}, ${soon}`), 60 * MS, 'soon');
  expect(ran.map(([fromNs]) => near(fromNs))).toEqual([3.3, 53.3]);
});

test('a job that fits its budget is never throttled, however late it starts', () => {
  // `long` is delayed by `soon`, and still has its 8 ms in the period of its wake-up.
  const soon =
    '{name: soon, cpus: 1, policy: "deadline:3ms:10ms", every: 50ms, start: 1050us, run: 2ms}';
  const run = record(plan(`${LONG}, ${soon}`), 200 * MS);
  const ends = run.lines
    .filter(({ context, step }) => context === 'thread long' && step === 'activation done')
    .map(({ fromNs }) => fromNs);
  expect(ends.length).toBe(4);
  ends.forEach((endNs, i) => {
    expect(endNs - (i * 50 * MS + 1_100_000)).toBeLessThan(9 * MS);
  });
});

test('a vCPU under SCHED_DEADLINE gets its budget at once and gives it back at its period', () => {
  const text = `
host:
  kernel: { preset: '6.12-rt', hz: 1000, flags: { idlePollKeepsTick: false } }
  cmdline: idle=poll
guests:
  - name: g
    vcpus: [{id: 0, cpus: 1, policy: 'deadline:4ms:10ms'}]
    kernel: { preset: '6.12-rt', hz: 24 }
    cmdline: idle=poll
    fairServerOff: 0
workloads:
  - {id: busy, kind: busy, on: g, cpus: 0, policy: other}
`;
  const { lines } = record(text, 35 * MS);
  const idle = lines.filter(
    ({ pcpu, step, fromNs, toNs }) => pcpu === 1 && step === 'idle' && toNs - fromNs > MS,
  );
  // The tick of 4 ms accounts at its end, 1222 ns in, and the first switch took 1009 ns: used up.
  expect(
    idle.map(({ fromNs, toNs }) => [Math.floor(fromNs / MS), Math.floor(toNs / MS)])[0],
  ).toEqual([4, 10]);
  // At most one tick too much in each period, and it is taken from the next budget.
  const ranNs =
    30 * MS -
    idle.reduce(
      (sum, { fromNs, toNs }) => sum + Math.min(toNs, 30 * MS) - Math.min(fromNs, 30 * MS),
      0,
    );
  expect(ranNs).toBeGreaterThan(12 * MS - 1);
  expect(ranNs).toBeLessThan(13 * MS + 100_000);
});
