/** Sleeping locks of several CPUs: the wait is a term, the flagship plan has bounds everywhere. */
import { expect, test } from 'vitest';
import { boundOf } from '../../src/bound/planBound.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { simulate } from '../../src/simulation/simulation.js';
import { shippedPlan } from '../models/models.js';
import { planFromYaml } from '../plan/builder.js';

function planOf(hold: string, more = '', cost = '1us', cmdline = ''): NormalizedPlan {
  return planFromYaml(
    `
host:
  topology: {sockets: 1, coresPerSocket: 3}
  kernel: {preset: '6.12-rt', flags: {fairServer: false}}
  sysctl: {kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0}
  cmdline: '${cmdline}'
  threads:
    - {name: owner, cpus: 1, policy: 'fifo:5', every: 310us, run: 1us, sections: [{kind: spin, lock: l, run: ${hold}}]}
${more}
workloads:
  - {id: w, kind: periodic, on: host, cpus: 0, policy: 'fifo:20', period: 500us, run: 5us, sections: [{kind: spin, lock: l, run: 1us}]}
`,
    { cost },
  );
}

test('the wait for an owner on another CPU is a term, and no run waits longer', () => {
  for (const hold of ['10us', '60us']) {
    const plan = planOf(hold);
    const [{ ns, terms, reasons }] = boundOf(plan).series;
    expect(reasons).toEqual([]);
    expect(terms.map(({ name }) => name)).toContain('waiting for lock l');
    const { maxNs } = simulate(plan, { seed: '1', untilNs: 2e9 }).workloads[0].latency;
    expect(maxNs).toBeLessThanOrEqual(ns ?? 0);
  }
  // Without C-states, which a waiter that spins does not enter.
  const long = planOf('200us', '', '0ns', 'idle=poll');
  const { maxNs } = simulate(long, { seed: '1', untilNs: 2e9 }).workloads[0].latency;
  const [{ ns }] = boundOf(long, { without: 'remote lock' }).series;
  expect(ns).toBeLessThan(maxNs);
});

test('what is stronger than a waiter prolongs its wait; a loop leaves no bound', () => {
  const busy = (run: string): string =>
    `    - {name: strong, cpus: 1, policy: 'fifo:30', every: 1ms, run: ${run}}`;
  const [without] = boundOf(planOf('10us')).series;
  const [beside] = boundOf(planOf('10us', busy('100us'))).series;
  expect(beside.ns).toBeGreaterThan((without.ns ?? 0) + 100_000);
  const [starved] = boundOf(planOf('10us', "    - {name: hog, cpus: 1, policy: 'fifo:30'}")).series;
  expect(starved.reasons.join()).toMatch(/hog is as strong as a waiter and never gives way/);
  // Weaker than the waiter, it is displaced by an owner that was lent its priority.
  const [displaced] = boundOf(
    planOf('10us', "    - {name: hog, cpus: 1, policy: 'fifo:10'}"),
  ).series;
  expect(displaced.reasons).toEqual([]);
});

test('the flagship plan has a bound for every latency', () => {
  const { series } = boundOf(shippedPlan('flagship'));
  expect(series.flatMap(({ reasons }) => reasons)).toEqual([]);
});
