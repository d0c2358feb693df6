/**
 * All durations at their maximum are not the worst case: the timer advance learns from what was. An
 * expiry that takes 400 ns again and again leaves a small advance, and then one that takes 2000 ns is
 * late; one that always takes 2000 ns is not. The bound covers both.
 */
import { expect, test } from 'vitest';
import { boundOf } from '../../src/bound/planBound.js';
import { preparePlan } from '../../src/plan/load.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { simulate } from '../../src/simulation/simulation.js';
import { tinyPlatformText } from '../../src/testing/tinyPlatform.js';

function planWith(expiry: string): NormalizedPlan {
  const text = `isochron: 1
name: advance
platform: tiny
host:
  topology: {sockets: 1, coresPerSocket: 2}
  cmdline: idle=poll nohz_full=1
  sysctl: {kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0}
  fairServerOff: 0-1
  kvm: {ple_gap: 0}
guests:
  - name: g
    cmdline: idle=poll nohz_full=1
    sysctl: {kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0}
    fairServerOff: 0-1
    vcpus: [{id: 0, cpus: 0, policy: fifo:1}, {id: 1, cpus: 1, policy: fifo:1}]
workloads:
  - {id: w, kind: cyclictest, on: g, cpus: 1, interval: 100us}
`;
  const platform = tinyPlatformText().replace(
    'fastpathPreemptionTimer: 0ns',
    `fastpathPreemptionTimer: ${expiry}`,
  );
  const { plan, diagnostics } = preparePlan('advance.yaml', {
    readText: () => text,
    platformText: () => ({ text: platform, file: 'tiny.yaml' }),
    platformNames: () => ['tiny'],
  });
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

const RARELY_LONG = '{min: 400ns, p50: 400ns, p99: 400ns, p99.5: 2000ns, max: 2000ns}';

test('trained by short expiries, then one that is long: later than if all were long', () => {
  const mixed = planWith(RARELY_LONG);
  const long = planWith('2000ns');
  const run = (plan: NormalizedPlan): number =>
    simulate(plan, { seed: '1', untilNs: 2e9 }).workloads[0].latency.maxNs;
  const steadyNs = Math.max(
    ...simulate(long, { seed: '1', untilNs: 2e9 })
      .workloads[0].worst.slice(3)
      .map(({ latencyNs }) => latencyNs),
    0,
  );
  const mixedNs = run(mixed);
  expect(mixedNs).toBeGreaterThan(1400);
  // All long: only while the advance is still learning.
  expect(mixedNs).toBeGreaterThan(steadyNs);
  for (const plan of [mixed, long]) {
    const [{ ns }] = boundOf(plan).series;
    expect(ns).not.toBeNull();
    expect(ns).toBeGreaterThanOrEqual(mixedNs);
  }
});
