/**
 * Threads whose CPUs change (kernel/sched/core.c affine_move_task): who runs is moved by the stopper of
 * its CPU, who waits changes its queue, who sleeps wakes elsewhere.
 */
import { describe, expect, test } from 'vitest';
import { type Recorded, record } from './record.js';

const plan = (...threads: readonly string[]): string => `
host:
  topology: {sockets: 1, coresPerSocket: 3}
  kernel: { preset: '6.12-rt', hz: 1000, flags: { fairServer: false } }
  cmdline: idle=poll
  threads:
${threads.map((one) => `    - ${one}`).join('\n')}
workloads:
  - {id: w, kind: periodic, on: host, cpus: 2, policy: other, period: 1s, start: 900ms, run: 1us}
`;

const scripted = (
  name: string,
  policy: string,
  cpus: number,
  ...steps: readonly string[]
): string =>
  `{name: ${name}, policy: '${policy}', cpus: ${cpus}, program: [${steps.map((s) => `'${s}'`).join(', ')}]}`;

/** Where a thread computed, and from when to when, in us. */
const runs = (run: Recorded, name: string): Array<[number, number, number]> =>
  run.lines
    .filter(({ context, step, fromNs, toNs }) => {
      return context === `thread ${name}` && step.endsWith(': run') && toNs > fromNs;
    })
    .map(({ pcpu, fromNs, toNs }) => [pcpu, Math.round(fromNs / 1000), Math.round(toNs / 1000)]);

describe('sched_setaffinity', () => {
  test('of a running thread: the stopper of its CPU moves it, between two steps of nobody else', () => {
    const run = record(
      plan(
        scripted('a', 'fifo:95', 0, 'run 3ms'),
        scripted('weaker', 'fifo:1', 0, 'run 1ms'),
        scripted('boss', 'fifo:50', 1, 'run 1ms', 'cpus 2 of a', 'run 1ms'),
      ),
      6_000_000,
    );
    const pieces = runs(run, 'a');
    expect([...new Set(pieces.map(([pcpu]) => pcpu))]).toEqual([0, 2]);
    const moves = run.lines.filter(({ kernelFunction, toNs, fromNs }) => {
      return kernelFunction?.endsWith(':migration_cpu_stop') === true && toNs > fromNs;
    });
    // CPUs that poll when they idle are told without an interrupt.
    expect(moves.map(({ pcpu, step }) => `${pcpu} ${step}`)).toEqual(['0 C_MIGRATE', '0 C_TTWU']);
    // The caller sleeps until the stopper has woken it; the weaker thread runs when that is done.
    const second = runs(run, 'boss')[runs(run, 'boss').length - 1];
    const [weaker] = runs(run, 'weaker');
    const movedUs = moves[0].toNs / 1000;
    expect(second[1]).toBeGreaterThan(movedUs);
    expect(weaker[1]).toBeGreaterThan(movedUs);
    const before = pieces.filter(([pcpu]) => pcpu === 0);
    expect(before[before.length - 1][2]).toBeLessThan(movedUs);
  });

  test('of a waiting thread: no stopper, and it goes behind its equals', () => {
    const run = record(
      plan(
        scripted('a', 'fifo:95', 0, 'run 4ms'),
        scripted('b', 'fifo:10', 0, 'run 500us'),
        scripted('c', 'fifo:10', 1, 'run 2ms'),
        scripted('boss', 'fifo:50', 2, 'run 1ms', 'cpus 1 of b', 'run 1ms'),
      ),
      6_000_000,
    );
    expect(runs(run, 'b').map(([pcpu]) => pcpu)).toEqual([1]);
    expect(runs(run, 'b')[0][1]).toBeGreaterThanOrEqual(runs(run, 'c')[0][2]);
    expect(
      run.lines.some(({ kernelFunction }) => kernelFunction?.endsWith(':migration_cpu_stop')),
    ).toBe(false);
  });

  test('of a sleeping thread: its timer expires where it was armed, and it wakes elsewhere', () => {
    const run = record(
      plan(
        scripted('a', 'fifo:10', 0, 'run 500us', 'sleep until 3ms', 'run 500us'),
        scripted('boss', 'fifo:50', 1, 'run 1ms', 'cpus 2 of a'),
      ),
      6_000_000,
    );
    expect(runs(run, 'a').map(([pcpu]) => pcpu)).toEqual([0, 2]);
    const expiries = run.lines.filter(({ fromNs, kernelFunction }) => {
      return fromNs >= 3_000_000 && kernelFunction?.includes('hrtimer_interrupt') === true;
    });
    expect(expiries[0].pcpu).toBe(0);
  });

  test('to where it is already changes nothing now, and holds from then on', () => {
    const run = record(
      plan(
        `{name: a, policy: 'fifo:10', cpus: '0-1', program: ['run 1ms', 'cpus 0', 'run 2ms']}`,
        `{name: late, policy: 'fifo:20', cpus: 0, start: 2ms, program: ['run 2ms']}`,
      ),
      8_000_000,
    );
    expect(new Set(runs(run, 'a').map(([pcpu]) => pcpu))).toEqual(new Set([0]));
  });
});
