/** A measured plan in the simulator: latencies of cyclictest. */
import { parseDuration } from '../../../src/base/units.js';
import { preparePlan } from '../../../src/plan/load.js';
import { simulate } from '../../../src/simulation/simulation.js';
import { planDocument } from '../simulated.js';
import { CYCLICTEST, KERNEL, LENGTH, type MeasuredPlan, scenarioOf } from './plans.js';

const FILE = 'plan.yaml';

/**
 * Latencies in ns, ascending, of `runs` runs that are as long as a recording and differ in their
 * seed. `platform`: the text of a platform file.
 */
export function simulatedLatencies(plan: MeasuredPlan, platform: string, runs: number): number[] {
  const { cpu, interval, policy, start } = CYCLICTEST;
  const document = {
    ...planDocument(scenarioOf(plan), KERNEL),
    platform: 'emulated',
    workloads: [
      { id: 'cyclictest', kind: 'cyclictest', on: 'guest', cpus: cpu, policy, interval, start },
    ],
  };
  const text = JSON.stringify(document);
  const { plan: normalized, diagnostics } = preparePlan(FILE, {
    readText: () => text,
    platformText: () => ({ text: platform, file: 'emulated.yaml' }),
    platformNames: () => ['emulated'],
  });
  if (!normalized) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const latencies: number[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const untilNs = Number(parseDuration(LENGTH));
    const [{ histogram }] = simulate(normalized, { seed: String(seed), untilNs }).workloads;
    histogram.upperNs.forEach((ns, i) => {
      for (let n = 0; n < histogram.counts[i]; n++) latencies.push(ns);
    });
  }
  return latencies.sort((a, b) => a - b);
}
