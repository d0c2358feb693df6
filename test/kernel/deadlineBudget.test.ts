/** Budgets of SCHED_DEADLINE threads (kernel/sched/deadline.c update_curr_dl_se, enqueue_dl_entity). */
import { expect, test } from 'vitest';
import { record } from '../simulation/traces/record.js';

const MS = 1_000_000;

/** When the thread computes, ms in hundredths, stretches joined over interruptions below 10 us. */
function chunks(threads: string, untilNs: number): Array<[number, number]> {
  const text = `
host:
  kernel: { preset: '6.12-rt', hz: 24 }
  cmdline: idle=poll
  threads: [${threads}]
workloads:
  - {id: idle, kind: busy, on: host, cpus: 0, policy: other}
`;
  const joined: Array<[number, number]> = [];
  for (const { context, step, fromNs, toNs } of record(text, untilNs).lines) {
    if (context !== 'thread dl' || step !== 'run' || toNs === fromNs) continue;
    const last = joined.at(-1);
    if (last && fromNs - last[1] < 10_000) last[1] = toNs;
    else joined.push([fromNs, toNs]);
  }
  const near = (ns: number): number => Math.round(ns / 10_000) / 100;
  return joined.map(([fromNs, toNs]) => [near(fromNs), near(toNs)]);
}

test('a thread that used up its budget and sleeps waits for its next period, tick or not', () => {
  // No tick comes before 41 ms. The first job uses 2 ms of 1 ms; the next one is due at 5 ms.
  const ran = chunks(
    '{name: dl, cpus: 1, policy: "deadline:1ms:20ms", every: 4ms, start: 1ms, run: 2ms}',
    30 * MS,
  );
  // 1 ms too much is 20 ms more: replenished at 21 ms and, still without budget, until 41 ms.
  expect(ran[0]).toEqual([1, 3]);
  expect(ran[1]?.[0] ?? 21).toBeGreaterThanOrEqual(21);
});

test('after a deadline shorter than its period a thread waits for the next period', () => {
  // Released at 1, 7, 13 ms; its first deadline is at 5 ms, its period ends at 21 ms.
  const ran = chunks(
    '{name: dl, cpus: 1, policy: "deadline:2ms:4ms:20ms", every: 6ms, start: 1ms, run: 500us}',
    24 * MS,
  );
  expect(ran.map(([from]) => from).slice(0, 2)).toEqual([1, 21]);
});

test('before that deadline it runs at once and keeps its deadline', () => {
  // Woken at 1 and 3 ms with 1.9 of 2 ms left, 2 ms before its deadline: too much for a density of
  // 1/2, so the budget is cut. `rival`, woken at 3.05 ms, has its deadline at 6.05 ms: it waits.
  const ran = chunks(
    `{name: dl, cpus: 1, policy: "deadline:2ms:4ms:20ms", every: 2ms, start: 1ms, run: 100us},
     {name: rival, cpus: 1, policy: "deadline:1ms:3ms:20ms", every: 20ms, start: 3050us, run: 50us}`,
    4 * MS,
  );
  expect(ran.map(([from, to]) => [from, Math.round((to - from) * 10) / 10])).toEqual([
    [1, 0.1],
    [3, 0.1],
  ]);
});
