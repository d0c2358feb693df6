/**
 * The kernel's own interruptions of a pCPU: watchdogs, function calls, NMIs. Each round of a burst is a
 * stream of its own, as far apart as the bursts are; one that goes from CPU to CPU comes to each the
 * more seldom the more CPUs there are. Sources: src/plan/noiseSources.ts.
 */
import type { NoisePlan } from '../plan/normalized.js';
import { sporadic } from './arrivals.js';
import type { Contract } from './contract.js';
import { NO_TIME, sum } from './figure.js';
import { exitWrites, hostOf, type LinuxFigures } from './instance.js';
import type { Surroundings } from './surroundings.js';

/** Distance between the rounds of a burst. */
const ROUND_NS = 5000;

/** Shortest distance between the same rounds of two bursts on one CPU. */
function distanceNs({ arrival, burst, spread, cpus }: NoisePlan): number {
  const everyNs = Math.max(1, arrival.every.minNs);
  if (spread !== 'rotate') return (burst - 1) * ROUND_NS + everyNs;
  const turns = Math.max(1, cpus.length);
  const whole = Math.floor(turns / burst);
  return Math.max(1, whole * everyNs + (turns - whole) * Math.min(ROUND_NS, everyNs));
}

/** What the sources of noise do on one pCPU; those that stop the machine are not among them. */
export function noiseContracts(
  around: Surroundings,
  pcpu: number,
  costs: LinuxFigures,
): Contract[] {
  const { plan, figures } = around;
  const host = hostOf(plan);
  return plan.noise.flatMap((one): Contract[] => {
    const { name, cause, delivery, spread, burst, cpus } = one;
    if (delivery === 'stop' || !cpus.includes(pcpu)) return [];
    const run = figures.of(one.run, `host/noise/${name}`);
    const largest =
      delivery === 'nmi' ? run : sum(costs.irqEntry, run, exitWrites(host, pcpu, costs));
    // Rounds that go from CPU to CPU come one at a time already.
    const rounds = spread === 'rotate' ? 1 : burst;
    return Array.from({ length: rounds }, (_, round) => ({
      mechanism: 'noise',
      subject: rounds === 1 ? cause : `${cause}, round ${round + 1}`,
      level: delivery === 'nmi' ? 'smm' : 'hardirq',
      arrivals: sporadic(distanceNs(one)),
      largest,
      blocking: NO_TIME,
      masked: NO_TIME,
      triggers: [],
    }));
  });
}
