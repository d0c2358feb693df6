/** A slow pCPU: every drawn duration is stretched, rounded up, and the sum of many is exact. */
import { expect, test } from 'vitest';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

const plan = (slowdown: string, cpus = '0') =>
  planFromYaml(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2}
  kernel: {preset: '6.12-rt', hz: 24, flags: {fairServer: false}}
  cmdline: idle=poll
  slowdown: ${slowdown}
workloads:
  - {id: job, kind: periodic, on: host, cpus: '${cpus}', policy: 'fifo:50', period: 1ms, start: 100us, run: 333333ns}
`,
    { cost: '101ns' },
  );

const run = (slowdown: string, cpus = '0') =>
  simulate(plan(slowdown, cpus), { seed: '1', untilNs: 500_000_000 }).workloads[0];

test('multiplies latencies to within one ns, and the mean exactly', () => {
  const plain = run('[]').latency;
  const slow = run('[{cpus: 0, factor: 1.337}]').latency;
  expect(slow.count).toBe(plain.count);
  expect(Math.abs(slow.maxNs - plain.maxNs * 1.337)).toBeLessThan(2);
  expect(Math.abs((slow.meanNs ?? 0) - (plain.meanNs ?? 0) * 1.337)).toBeLessThan(1);
});

test('concerns its pCPUs alone; a factor of 1 changes nothing', () => {
  expect(run('[{cpus: 1, factor: 3}]')).toEqual(run('[]'));
  expect(run('[{cpus: 0, factor: 1}]')).toEqual(run('[]'));
});

test('attributions sum', () => {
  for (const { latencyNs, attribution } of run('[{cpus: 0, factor: 1.337}]').worst) {
    expect(attribution.reduce((sum, { ns }) => sum + ns, 0)).toBe(latencyNs);
  }
});
