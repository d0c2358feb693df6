import { expect, it } from 'vitest';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

it('a run by activations ends although a workload is starved for ever', () => {
  const plan = planFromYaml(`
isochron: 1
name: starved
platform: tiny
host:
  kernel: { preset: 6.12-rt }
  sysctl: { kernel.sched_rt_runtime_us: -1 }
  threads: [{ name: hog, cpus: 1, policy: 'fifo:50' }]
workloads:
  - { id: below, kind: cyclictest, on: host, cpus: 1, policy: 'fifo:10', interval: 1ms }
`);
  const result = simulate(plan, {
    seed: '1',
    untilNs: Number.POSITIVE_INFINITY,
    activations: 100,
  });
  expect(result.workloads[0].latency.count).toBe(0);
  expect(result.workloads[0].unfinished.count).toBe(1);
  expect(result.simulatedNs).toBe(1_000_000_000);
});
