import { expect, test } from 'vitest';
import { partitionOf } from '../../src/report/partition.js';
import { simulate } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';

test('isolated is off the scheduler domains; a stopped tick alone is counted apart', () => {
  const plan = planFromYaml(`
host:
  topology: {sockets: 1, coresPerSocket: 4}
  cmdline: isolcpus=1 nohz_full=2-3
`);
  const { partition } = simulate(plan, { seed: '1', untilNs: 1_000_000 });
  expect([partition.isolated, partition.nohzFull]).toEqual([1, 2]);
  expect(partition.perPcpu.map((one) => one.isolated)).toEqual([false, true, false, false]);
  expect(partition.perPcpu.map((one) => one.nohzFull)).toEqual([false, false, true, true]);
  // The map of the plan says the same.
  expect(partitionOf(plan).map((one) => one.isolated)).toEqual([false, true, false, false]);
  expect(partitionOf(plan).map((one) => one.role)).toEqual([
    'housekeeping',
    'spare',
    'housekeeping',
    'housekeeping',
  ]);
});
