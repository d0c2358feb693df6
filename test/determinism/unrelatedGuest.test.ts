import { expect, test } from 'vitest';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

const OWN = `
host:
  irqs: [{name: disk, cpus: 1, rate: 3000/s, cost: 1us..2us..9us}]
  smi: {every: 10ms, run: 5us..9us..40us}
workloads:
  - {id: lat, kind: cyclictest, on: g, cpus: 0, interval: 200us}
  - {id: job, kind: periodic, on: host, cpus: 1, policy: "fifo:9", period: 300us, run: 20us}
guests:
  - {name: g, vcpus: [{id: 0, cpus: 2, policy: "fifo:1"}]}
`;
const STRANGER = `  - name: a-stranger
    vcpus: [{id: 0, cpus: 3}, {id: 1, cpus: 4, policy: "fifo:1"}]
    threads: [{name: load, cpus: 0, every: 90us..200us..900us, run: 10us..50us..90us}]
`;

test('an unrelated guest on other pCPUs changes no byte of the results of the others', () => {
  const options = { seed: '11', untilNs: 200_000_000 };
  const run = (text: string) =>
    simulate(planFromYaml(text, { cost: '50ns..100ns..700ns' }), options);
  const alone = run(OWN);
  const together = run(OWN + STRANGER);
  expect(JSON.stringify(together.workloads)).toBe(JSON.stringify(alone.workloads));
  expect(alone.workloads[0].latency.count).toBeGreaterThan(900);
  expect(together.fingerprint).not.toBe(alone.fingerprint);
});
