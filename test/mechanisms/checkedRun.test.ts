/** Every mechanism keeps the contracts of the plan that it is in, and a contract can be broken. */
import { describe, expect, test } from 'vitest';
import { checkedRun } from './checkedRun.js';
import { type Doc, host, job, planOf, time } from './mechanism.js';
import { MECHANISMS } from './table.js';

const UNTIL_NS = 2_000_000;

describe('contracts in checked mode', () => {
  test.each(MECHANISMS.map((one) => [one.name, one] as const))('%s', (_name, mechanism) => {
    const plan = planOf(mechanism.plan(1), mechanism.costNs ?? 100);
    const { violations } = checkedRun(plan, mechanism.untilNs ?? UNTIL_NS);
    expect([...new Set(violations)].slice(0, 5)).toEqual([]);
  });

  test('most mechanisms have something to hold', () => {
    const held = MECHANISMS.map(
      (one) => checkedRun(planOf(one.plan(1), one.costNs ?? 100), UNTIL_NS).held.size,
    );
    expect(held.filter((count) => count > 0).length).toBeGreaterThan(MECHANISMS.length / 3);
  });
});

describe('a broken contract is seen', () => {
  interface Load {
    readonly every?: number;
    readonly cost?: number;
    readonly run?: number;
    readonly section?: number;
    readonly noise?: number;
  }

  const plan = ({ every = 35, cost = 3, run = 10, section = 5, noise = 2 }: Load = {}) => {
    const doc: Doc = {
      host: host(1, {
        irqs: [
          { name: 'nic', cpus: '1', every: time(every, 1), cost: time(cost, 1), thread: 'off' },
        ],
        noise: { tlbShootdown: { every: time(70, 1), run: time(noise, 1), cpus: '1' } },
      }),
      workloads: [
        job(1, 'host', 1, {
          run: time(run, 1),
          sections: [{ kind: 'irqOff', run: time(section, 1) }],
        }),
      ],
    };
    return planOf(doc, 100);
  };
  const seen = (promised: Load): string =>
    checkedRun(plan(), UNTIL_NS, plan(promised)).violations.join('\n');

  test('not where it is kept', () => {
    expect(seen({})).toBe('');
    expect(seen({ every: 10, cost: 5, run: 20, section: 9, noise: 5 })).toBe('');
  });

  test.each([
    ['more often than promised', { every: 90 }, /irq nic came/],
    ['longer interrupts', { cost: 1 }, /irq nic ran/],
    ['longer noise', { noise: 1 }, /TLB shootdown ran/],
    ['longer activations', { run: 1 }, /job@1 ran/],
    ['longer with interrupts off', { section: 1, run: 14 }, /job@1 masked/],
  ] as const)('%s', (_name, promised, pattern) => {
    expect(seen(promised)).toMatch(pattern);
  });
});
