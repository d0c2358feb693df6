/**
 * Reader-writer locks: on RT nobody lends readers a priority (kernel/locking/rwbase_rt.c), without RT
 * whoever waits spins in order of arrival (kernel/locking/qrwlock.c).
 */
import { describe, expect, test } from 'vitest';
import { type Recorded, record } from './record.js';

const thread = (name: string, cpu: number, policy: string, at: number, more: string): string =>
  `{name: ${name}, cpus: ${cpu}, policy: '${policy}', every: 1s, start: ${at}us, ${more}}`;
const section = (kind: string, us: number): string =>
  `run: 1us, sections: [{kind: ${kind}, lock: zone, run: ${us}us}]`;

const run = (preset: string, threads: readonly string[]): Recorded =>
  record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 3}
  kernel: { preset: '${preset}', preemption: ${preset.endsWith('rt') ? 'rt' : 'full'}, hz: 24, flags: { fairServer: false } }
  cmdline: idle=poll
  threads: [${threads.join(', ')}]
workloads:
  - {id: idle, kind: periodic, on: host, cpus: 2, policy: other, period: 1s, start: 999ms, run: 1us}
`,
    20_000_000,
  );

/** The threads whose sections are held, in the order in which they begin, with the time in us. */
const held = ({ lines }: Recorded): Array<[string, number]> =>
  lines
    .filter(({ step, toNs, fromNs, resumed }) => / ?hold$/.test(step) && toNs > fromNs && !resumed)
    .map(({ context, fromNs }) => [context.replace('thread ', ''), Math.floor(fromNs / 1000)]);

describe('with PREEMPT_RT', () => {
  const reader = thread('reader', 1, 'fifo:1', 100, section('read', 500));
  const hog = thread('hog', 1, 'fifo:20', 200, 'run: 3ms');

  test('a writer waits for a reader that somebody weaker than the writer has preempted', () => {
    const order = held(
      run('6.12-rt', [reader, hog, thread('w', 0, 'fifo:50', 300, section('write', 10))]),
    );
    expect(order.map(([name]) => name)).toEqual(['reader', 'w']);
    // The hog goes on until 3.2 ms, the reader for its last 0.4 ms after it.
    expect(order[1][1]).toBeGreaterThan(3600);
  });

  test('a spinlock_t would have been handed over at once', () => {
    const own = reader.replace('kind: read', 'kind: spin');
    const order = held(
      run('6.12-rt', [own, hog, thread('w', 0, 'fifo:50', 300, section('spin', 10))]),
    );
    expect(order[1][0]).toBe('w');
    expect(order[1][1]).toBeLessThan(800);
  });

  test('readers share', () => {
    const order = held(
      run('6.12-rt', [reader, thread('r2', 0, 'fifo:1', 150, section('read', 10))]),
    );
    expect(order.map(([name]) => name)).toEqual(['reader', 'r2']);
    expect(order[1][1]).toBeLessThan(170);
  });

  test('a waiting writer keeps new readers out, who lend it their priority', () => {
    const order = held(
      run('6.12-rt', [
        reader,
        thread('w', 0, 'fifo:2', 150, section('write', 300)),
        thread('weak', 0, 'fifo:30', 650, 'run: 2ms'),
        thread('late', 2, 'fifo:50', 200, section('read', 10)),
      ]),
    );
    expect(order.map(([name]) => name)).toEqual(['reader', 'w', 'late']);
    // `weak` does not delay the writer: it has the 50 of the reader that waits.
    expect(order[2][1]).toBeLessThan(1000);
  });
});

describe('without RT', () => {
  test('in order of arrival: a reader does not pass a waiting writer', () => {
    const order = held(
      run('6.12', [
        thread('r', 1, 'fifo:1', 100, section('read', 300)),
        thread('w', 0, 'fifo:1', 150, section('write', 100)),
        thread('late', 2, 'fifo:50', 200, section('read', 10)),
      ]),
    );
    expect(order.map(([name]) => name)).toEqual(['r', 'w', 'late']);
  });

  test('waiting costs the whole CPU', () => {
    const spun = run('6.12', [
      thread('r', 1, 'fifo:1', 100, section('read', 300)),
      thread('w', 0, 'fifo:1', 150, section('write', 100)),
    ]).lines.filter(({ step }) => step.endsWith(' spin'));
    expect(spun.length).toBe(1);
    expect(spun[0].toNs - spun[0].fromNs).toBeGreaterThan(200_000);
  });
});
