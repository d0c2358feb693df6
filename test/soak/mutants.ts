/**
 * Does the soak bite? Each mutant is the bound without one law or one term; a plan that shows a
 * latency above the mutant's bound kills it. What survives is listed.
 * node test/soak/run.mjs mutants [plans] [seed]
 */
import fc from 'fast-check';
import { boundOf } from '../../src/bound/planBound.js';
import { KVM_COSTS, LINUX_COSTS } from '../../src/platform/costs.js';
import { load } from '../../src/testing/smallPlan.js';
import { observed } from './check.js';
import { atExtreme, EXTREMES } from './extremes.js';
import { soakPlan } from './soakPlan.js';

/** Terms of the analysis that are no law. */
const TERMS = [
  'rounding up of arrivals',
  'backlog',
  'later jobs',
  'SMI',
  'noise',
  'cold cache',
  'softirqs left over',
  'PAUSE-loop exit',
  'flight',
  'housekeeping',
  'packet work',
  'poll loop',
  'remote lock',
  'C-state exit',
  'switch under way',
  'blocking',
  'masked interrupts',
  'lent priority',
  'spinning',
  'tick restart',
  'expiry elsewhere',
  'fair server',
  'timer expiry',
  'wake-up of the vCPU',
  'way into the halt',
  'advance wait',
  'early delivery',
  'exit for a host interrupt',
  'vCPU load',
  'tick',
  'sleep timer',
  'device interrupt',
  'reschedule IPI',
  'LAPIC timer',
  'interference by thread',
  'interference by periodic',
  'interference by cyclictest',
  'interference by timerlat',
  'interference by interrupt thread',
  'interference by ksoftirqd',
  'interference by ktimers',
];

/** Names of laws and terms, each of which one mutant of the bound leaves out. */
export function mutants(): string[] {
  const linux = Object.keys(LINUX_COSTS);
  const kvm = Object.keys(KVM_COSTS);
  return [
    ...TERMS,
    ...linux.flatMap((name) => [`host.${name}`, `guest.${name}`]),
    ...kvm.map((name) => `kvm.${name}`),
  ];
}

export async function main([plans = '20000', seed = '1']: string[]): Promise<number> {
  const print = (text: string): void => void process.stdout.write(text);
  const alive = new Set(mutants());
  const total = alive.size;
  const found = new Map<string, number>();
  for (let batch = 0; batch * 100 < Number(plans) && alive.size > 0; batch++) {
    const sample = fc.sample(soakPlan(), {
      numRuns: 100,
      seed: Number(seed) * 7919 + batch,
    });
    sample.forEach((small, i) => {
      const plan = load(small);
      const { series } = boundOf(plan);
      if (series.every(({ ns }) => ns === null)) return;
      const lower = [...alive].filter((without) =>
        boundOf(plan, { without }).series.some((one, k) => (one.ns ?? 0) < (series[k].ns ?? 0)),
      );
      if (lower.length === 0) return;
      for (const extreme of EXTREMES) {
        const latencies = observed(atExtreme(plan, extreme), small.untilNs, '1');
        for (const without of lower) {
          if (!alive.has(without)) continue;
          const { series: less } = boundOf(plan, { without });
          const killed = less.some(({ id, ns }) => ns !== null && (latencies.get(id) ?? 0) > ns);
          if (!killed) continue;
          alive.delete(without);
          found.set(without, batch * 100 + i);
        }
      }
    });
    if (batch % 10 === 9) print(`${(batch + 1) * 100} plans, ${alive.size} of ${total} alive\n`);
  }
  print(`killed ${total - alive.size} of ${total}\n`);
  for (const name of alive) print(`survivor: ${name}\n`);
  return 0;
}
