/** What leaves the caches while a thread is away, and what it costs (model of hardware/cache.ts). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CacheColumns, decayed, missing } from '../../src/hardware/cache.js';
import { simulate } from '../../src/simulation/simulation.js';
import { shippedPlan } from '../models/models.js';
import { planFromYaml } from '../plan/builder.js';
import { golden, record, steps } from '../simulation/traces/record.js';

const lines = fc.integer({ min: 0, max: 1_000_000 });
const eighths = fc.double({ min: 0, max: 200, noNaN: true });

describe('decay', () => {
  test('is the exponential, a little below it and never above', () => {
    fc.assert(
      fc.property(lines, eighths, (n, x) => {
        const exact = n * Math.exp(-x / 8);
        expect(decayed(n, x)).toBeLessThanOrEqual(exact * 1.002 + 1e-9);
        expect(decayed(n, x)).toBeGreaterThanOrEqual(exact * 0.995 - 2);
      }),
    );
  });

  test('never grows with time', () => {
    fc.assert(
      fc.property(lines, eighths, eighths, (n, x, y) => {
        expect(decayed(n, Math.max(x, y))).toBeLessThanOrEqual(decayed(n, Math.min(x, y)));
      }),
    );
  });
});

const cacheOf = (fields: Partial<{ fill: number; inclusive: number }>): CacheColumns => {
  const cache = new CacheColumns(2, 1);
  cache.workingSet[0] = 1000;
  cache.privateLines = 4000;
  cache.ways.fill(16_000);
  cache.fill.fill(fields.fill ?? 0);
  cache.inclusive = fields.inclusive ?? 0;
  cache.leftNs[0] = 0;
  cache.leftLane[0] = 0;
  return cache;
};

describe('what is missing', () => {
  test('nothing, if nobody was there', () => {
    expect(missing(cacheOf({}), 0, 0, 1e9)).toEqual([0, 0]);
  });

  test('everything, the first time', () => {
    const cache = cacheOf({});
    cache.leftNs[0] = Number.NEGATIVE_INFINITY;
    cache.leftLane[0] = -1;
    expect(missing(cache, 0, 0, 5)).toEqual([0, 1000]);
  });

  test('what others pushed out of the private cache comes from the last level', () => {
    const cache = cacheOf({});
    cache.brought[0] = 3400;
    expect(missing(cache, 0, 0, 1e6)).toEqual([400, 0]);
    cache.brought[0] = 99_999;
    expect(missing(cache, 0, 0, 1e6)).toEqual([1000, 0]);
  });

  test('another core has none of it in its private cache', () => {
    expect(missing(cacheOf({}), 0, 1, 1e6)).toEqual([1000, 0]);
  });

  test('neighbours empty the last level; an inclusive one takes the private copy along', () => {
    const fill = 16_000_000;
    expect(missing(cacheOf({ fill }), 0, 0, 1e9)).toEqual([0, 0]);
    expect(missing(cacheOf({ fill, inclusive: 1 }), 0, 0, 1e9)).toEqual([0, 1000]);
    // One time constant: e^-1 is left.
    const [, fromMemory] = missing(cacheOf({ fill, inclusive: 1 }), 0, 0, 1e6);
    expect(fromMemory).toBeGreaterThan(625);
    expect(fromMemory).toBeLessThan(640);
  });

  test('is never more than the working set', () => {
    fc.assert(
      fc.property(lines, lines, fc.integer({ min: 0, max: 1e9 }), (w, others, away) => {
        const cache = cacheOf({ fill: 1e7, inclusive: others % 2 });
        cache.workingSet[0] = w;
        cache.brought[0] = others;
        const [llc, memory] = missing(cache, 0, 0, away);
        expect(llc).toBeGreaterThanOrEqual(0);
        expect(memory).toBeGreaterThanOrEqual(0);
        expect(llc + memory).toBeLessThanOrEqual(w);
      }),
    );
  });
});

const plan = (caches: string, workingSet = '64KiB'): string => `
host:
  topology: {sockets: 1, coresPerSocket: 1}
  kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
  cmdline: idle=poll
  caches: ${caches}
  irqs: [{name: nic, cpus: 0, every: 1s, start: 160us, cost: 500ns, thread: off}]
workloads:
  - {id: c, kind: cyclictest, on: host, cpus: 0, policy: 'fifo:50', interval: 1ms, start: 150us, workingSet: ${workingSet}}
`;

test('a thread brings its lines back before it goes on, with interrupts on', () => {
  // 1024 lines: all from memory the first time, a part of them after 1 ms.
  const run = record(plan('{fill: 1GiB/s}'), 2_000_000);
  const shown = steps(run, 150_000, 197_000).map((line) => line.replace(/refill [0-9]+/, 'refill'));
  expect(shown.slice(5, 10)).toEqual(
    golden(`
      p0 | p0 switch: C_SWITCH 1009 __schedule
      p0   p0 switch: cache refill                    # 1024 lines from memory
      p0 | p0 irq: C_HIRQ 211 common_interrupt
      p0 | p0 irq: hard handler 500 handle_irq_event
      p0   p0 switch: cache refill
    `),
  );
  const refills = run.lines.filter(({ step }) => step === 'cache refill');
  expect(refills.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0)).toBe(1024 * 43);
  // The second time it is all there: only the idle thread has run since.
  expect(steps(run, 1_150_000, 1_200_000).join()).not.toMatch('refill');
  const none = record(plan('off'), 2_000_000);
  expect(steps(none, 150_000, 197_000).join('\n')).not.toMatch('refill');
});

describe('LWN-9', () => {
  /** A guest with a best-effort neighbour on its core, on a shipped machine. */
  const mean = (caches: object, workingSet: string): number => {
    const machine = shippedPlan('guest-cyclictest').platform;
    const base = planFromYaml(
      JSON.stringify({
        isochron: 1,
        name: 'cold',
        platform: 'tiny',
        host: {
          topology: { sockets: 1, coresPerSocket: 2 },
          kernel: { preset: '6.12-rt' },
          cmdline: 'idle=poll isolcpus=1',
          caches,
        },
        workloads: [
          {
            id: 'c',
            kind: 'cyclictest',
            on: 'host',
            cpus: 1,
            policy: 'fifo:90',
            workingSet,
            interval: '1ms',
          },
          { id: 'hog', kind: 'busy', on: 'host', cpus: 1, policy: 'other', workingSet: '256KiB' },
        ],
      }),
      { cost: '100ns' },
    );
    const platform = { ...base.platform, caches: { ...machine.caches, inclusive: true } };
    const result = simulate(
      { ...base, platform: platform as typeof base.platform },
      { seed: '1', untilNs: 2e9 },
    );
    return result.workloads[0].latency.meanNs ?? 0;
  };

  test('an uncached switch costs tens of us, and reserved ways prevent it', () => {
    const cold = mean({ fill: '40GiB/s' }, '64KiB');
    const quiet = mean({}, '64KiB');
    const reserved = mean({ fill: '40GiB/s', reserved: [{ cpus: '1', ways: 4 }] }, '64KiB');
    expect(cold).toBeGreaterThan(50_000);
    expect(mean({ fill: '40GiB/s' }, '8KiB')).toBeLessThan(cold / 4);
    expect(quiet).toBeLessThan(cold / 3);
    expect(reserved).toBe(quiet);
  });
});
