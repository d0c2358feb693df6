import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

/** A hog of priority 10 that begins at 5 ms and never ends, and what else the host runs. */
const starved = (workload: string, limits: string) =>
  planFromYaml(`
host:
  topology: {sockets: 1, coresPerSocket: 1}
  kernel: {preset: '6.12-rt'}
  sysctl: {kernel.sched_rt_runtime_us: -1}
  threads: [{name: hog, cpus: 0, policy: 'fifo:10', every: 100s, start: 5ms, run: 50s}]
workloads: [${workload}]
requirements: [{workload: w, latency: {${limits}}}]
`);

describe('unfinished activations', () => {
  it('a starved periodic job fails, though every sample was early', () => {
    const plan = starved(
      '{id: w, kind: periodic, on: host, cpus: 0, policy: fifo:5, period: 1ms, run: 10us, start: 500us}',
      'max: 1ms, p50: 1ms',
    );
    const [one] = simulate(plan, { seed: '1', untilNs: 105_500_000 }).workloads;
    expect(one.latency.maxNs).toBeLessThan(1_000_000);
    expect(one.unfinished).toEqual({ count: 1, oldestNs: 100_000_000 });
    expect(one.requirements[0]).toMatchObject({ verdict: 'fails', observedNs: 100_000_000 });
  });

  it('a busy loop that is displaced to the end has an open interruption', () => {
    const plan = starved('{id: w, kind: busy, on: host, cpus: 0, policy: fifo:5}', 'max: 1ms');
    const [one] = simulate(plan, { seed: '1', untilNs: 55_000_000 }).workloads;
    expect(one.unfinished).toEqual({ count: 1, oldestNs: 50_000_000 });
    expect(one.requirements[0].verdict).toBe('fails');
  });

  it('an activation in its course at the end changes no verdict', () => {
    const plan = starved(
      '{id: w, kind: periodic, on: host, cpus: 0, policy: fifo:5, period: 1ms, run: 10us, start: 500us}',
      'max: 1ms',
    );
    const [one] = simulate(plan, { seed: '1', untilNs: 3_504_000 }).workloads;
    expect(one.unfinished).toEqual({ count: 1, oldestNs: 4_000 });
    expect(one.requirements[0].verdict).toBe('met');
    const [between] = simulate(plan, { seed: '1', untilNs: 3_400_000 }).workloads;
    expect(between.unfinished).toEqual({ count: 0, oldestNs: 0 });
  });
});
