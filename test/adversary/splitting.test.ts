/** Importance splitting against a plan whose tail is known exactly, and against brute force. */
import { describe, expect, it } from 'vitest';
import { estimateExceedance } from '../../src/adversary/splitting.js';
import { targetsOf } from '../../src/adversary/target.js';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

const LAW = '100ns..200ns..1us';
const DRAWS = 5;

/** A response time that is the sum of five independent draws, on a machine free of cost. */
const PLAN = planFromYaml(`
host: {topology: {sockets: 1, coresPerSocket: 1}, kernel: {preset: '6.12-rt'}, idle: {deepest: poll}}
workloads:
  - id: sum
    kind: periodic
    on: host
    cpus: 0
    policy: fifo:50
    period: 20us
    run: ${LAW}
    sections: [${Array(DRAWS - 1)
      .fill(`{kind: kernel, run: ${LAW}}`)
      .join(', ')}]
`);

/** P(sum > limit), by convolution of the law: half on 100..200 and half on 200..1000 evenly. */
function exact(limitNs: number): number {
  const one = new Float64Array(1001);
  for (let ns = 100; ns <= 200; ns++) one[ns] += 0.5 / 101;
  for (let ns = 200; ns <= 1000; ns++) one[ns] += 0.5 / 801;
  let sum = Float64Array.of(1);
  for (let draw = 0; draw < DRAWS; draw++) {
    const next = new Float64Array(sum.length + 1000);
    for (let a = 0; a < sum.length; a++) {
      if (sum[a] === 0) continue;
      for (let b = 100; b <= 1000; b++) next[a + b] += sum[a] * one[b];
    }
    sum = next;
  }
  return sum.reduce((total, p, ns) => (ns > limitNs ? total + p : total), 0);
}

/** The lowest limit that is exceeded with at most this probability. */
function limitOf(probability: number): number {
  let low = 100 * DRAWS;
  let high = 1000 * DRAWS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (exact(middle) > probability) low = middle;
    else high = middle;
  }
  return high;
}

const [target] = targetsOf(PLAN);

describe('importance splitting', () => {
  it('agrees with brute force where brute force counts', () => {
    const limitNs = limitOf(1e-2);
    const { workloads } = simulate(PLAN, { seed: '5', untilNs: 15_000 * 20_000 });
    const { upperNs, counts } = workloads[0].histogram;
    const count = workloads[0].latency.count;
    const above = counts.reduce((n, c, i) => (upperNs[i] > limitNs ? n + c : n), 0) / count;
    // The plan is the sum that the exact tail is computed of.
    expect(above / exact(limitNs)).toBeGreaterThan(0.8);
    expect(above / exact(limitNs)).toBeLessThan(1.2);
    const estimate = estimateExceedance(PLAN, target, {
      seed: '5',
      limitNs,
      futures: 300,
      passes: 4,
    });
    expect(estimate.probability / above).toBeGreaterThan(0.7);
    expect(estimate.probability / above).toBeLessThan(1.4);
  });

  for (const [probability, within] of [
    [1e-6, 3],
    [1e-9, 4],
  ]) {
    it(`estimates ${probability} per activation within a factor of ${within}`, () => {
      const limitNs = limitOf(probability);
      const estimate = estimateExceedance(PLAN, target, {
        seed: '5',
        limitNs,
        futures: 200,
        passes: 4,
      });
      const ratio = estimate.probability / exact(limitNs);
      expect(estimate.levelsNs.length).toBeGreaterThan(3);
      expect(ratio).toBeGreaterThan(1 / within);
      expect(ratio).toBeLessThan(within);
      expect(estimate.low).toBeLessThan(exact(limitNs));
      expect(estimate.notCovered).toEqual([]);
    });
  }

  it('gives 0 beyond what the laws allow, and names sources too rare to be met', () => {
    const rare = planFromYaml(`
host: {topology: {sockets: 1, coresPerSocket: 1}, smi: {every: 60s..90s, run: 10us}}
workloads: [{id: t, kind: cyclictest, on: host, cpus: 0, interval: 100us}]
`);
    const options = { seed: '1', futures: 50, passes: 2 };
    const estimate = estimateExceedance(rare, targetsOf(rare)[0], { ...options, limitNs: 50_000 });
    expect(estimate.probability).toBe(0);
    expect(estimate.notCovered).toEqual(['host/smi']);
  });
});
