/**
 * Balancing where classes meet (kernel/sched/core.c prev_balance): a CPU asks others to push realtime
 * threads when its deadline thread or its stopper has left, but not while something of a stronger
 * class comes next. A waits on p0 behind B, which is pinned.
 */
import { describe, expect, test } from 'vitest';
import { type Recorded, record } from './record.js';

const plan = (threads: string, more = ''): string => `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: { preset: '6.12-rt', hz: 1000, flags: { fairServer: false } }
  cmdline: idle=poll
  threads:
    - {name: A, policy: 'fifo:10', cpus: '0,1', every: 1s, start: 100us, run: 300us}
${threads}
${more}
workloads:
  - {id: B, kind: periodic, on: host, cpus: 0, policy: 'fifo:20', period: 1s, start: 200us, run: 8ms}
`;

const dl = (name: string, budget: string, run: string, cpus = "'1'"): string =>
  `    - {name: ${name}, policy: 'deadline:${budget}', cpus: ${cpus}, every: 1s, start: 50us, run: ${run}}`;

/** Where and from when a thread computed, in us. */
const runs = (run: Recorded, name: string): Array<[number, number]> =>
  run.lines
    .filter(({ context, step }) => context === `thread ${name}` && step === 'run')
    .filter(({ fromNs, toNs }) => toNs > fromNs)
    .map(({ pcpu, fromNs }) => [pcpu, Math.floor(fromNs / 1000)]);

/** When p1 asked p0 to push, in us. */
const asked = (run: Recorded): number[] =>
  run.lines
    .filter(({ kernelFunction, pcpu, fromNs, toNs }) => {
      return pcpu === 1 && toNs > fromNs && kernelFunction?.endsWith(':tell_cpu_to_push') === true;
    })
    .map(({ fromNs }) => Math.floor(fromNs / 1000));

describe('realtime threads are pulled', () => {
  test('by a CPU whose deadline thread has used up its budget', () => {
    const run = record(plan(dl('greedy', '1ms:100ms', '5ms')), 6_000_000);
    const [, moved] = runs(run, 'A');
    expect(moved[0]).toBe(1);
    // The tick that finds the budget gone comes within one tick of 1 ms; B computes until 8 ms.
    expect(moved[1]).toBeGreaterThan(1000);
    expect(moved[1]).toBeLessThan(2200);
  });

  test('only when no other deadline thread comes next', () => {
    const threads = `${dl('first', '2ms:10ms', '400us')}\n${dl('second', '3ms:20ms', '800us')}`;
    const run = record(plan(threads), 6_000_000);
    const ends = run.lines.filter(
      ({ context, step }) => context.startsWith('thread ') && step === 'run',
    );
    const endOf = (name: string): number =>
      Math.max(
        0,
        ...ends.filter(({ context }) => context === `thread ${name}`).map(({ toNs }) => toNs),
      ) / 1000;
    expect(endOf('first')).toBeLessThan(endOf('second'));
    const requests = asked(run);
    expect(requests.length).toBe(1);
    expect(requests[0]).toBeGreaterThan(endOf('second'));
  });

  test('by a CPU whose stopper has left, unless it runs what is strongest', () => {
    const stop = '  noise: {stopMachine: {every: 1s, start: 400us, run: 7us}}';
    const strong = (priority: number): string =>
      `    - {name: strong, policy: 'fifo:${priority}', cpus: '1', every: 1s, start: 150us, run: 9ms}`;
    const requests = asked(record(plan(strong(50), stop), 6_000_000));
    expect(requests.length).toBe(1);
    expect(requests[0]).toBeGreaterThanOrEqual(407);
    expect(requests[0]).toBeLessThan(420);
    expect(asked(record(plan(strong(99), stop), 6_000_000))).toEqual([]);
  });
});

test('a deadline thread whose budget is back goes to a CPU that is free of its class', () => {
  const run = record(
    plan(dl('greedy', '1ms:4ms', '5ms', "'0,1'")).replace('run: 8ms', 'run: 1us'),
    9_000_000,
  );
  const chunks = runs(run, 'greedy').filter(
    ([, fromUs], i, all) => i === 0 || fromUs > all[i - 1][1] + 1500,
  );
  expect(chunks.map(([pcpu]) => pcpu)).toEqual([0, 1, 0]);
});
