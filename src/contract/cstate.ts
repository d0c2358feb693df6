/**
 * Leaving a C-state: paid once, before the first instruction, by whatever needs an idle CPU. The
 * deepest state that is allowed may be the one, whatever the governor says.
 */
import type { Figure } from './figure.js';
import { longest, NO_TIME } from './figure.js';
import { type Instance, workloadsOn } from './instance.js';
import { timersLeave } from './sleepTimer.js';
import type { Surroundings } from './surroundings.js';

/** Longest exit of an idle CPU of this Linux that sleeps by itself (a pCPU, or HLT passthrough). */
export function cstateExit(around: Surroundings, instance: Instance, cpu: number): Figure {
  const { kernel } = instance;
  const quiet = workloadsOn(around.plan, instance).some(({ dmaLatencyZero }) => dmaLatencyZero);
  if (kernel.idle.kind === 'poll' || quiet) return NO_TIME;
  const states = around.plan.platform.cstates;
  const deepest = Math.max(
    0,
    states.findIndex(({ name }) => name === kernel.idle.deepest),
  );
  const idleNs = longestIdleNs(around, instance, cpu);
  const allowed = states.filter(
    ({ targetResidencyNs }, i) => i <= deepest && (i === 0 || targetResidencyNs <= idleNs),
  );
  return longest(...allowed.map(({ name, exit }) => around.figures.of(exit, `cstate.${name}`)));
}

/**
 * menu takes a state deeper than the first only for the time that is left before the CPU's next timer:
 * a thread that sleeps there has one, and so has a tick that never stops.
 */
function longestIdleNs({ plan }: Surroundings, instance: Instance, cpu: number): number {
  const { kernel } = instance;
  if (kernel.idleGovernor !== 'menu' || instance.guest) return Number.POSITIVE_INFINITY;
  let idleNs = kernel.nohz ? Number.POSITIVE_INFINITY : 1e9 / kernel.hz;
  if (timersLeave(instance, cpu)) return idleNs;
  for (const { cpus, arrival, sections, program } of kernel.threads) {
    const waits = program !== undefined || sections.some(({ lock }) => lock !== undefined);
    if (cpus.length > 1 || cpus[0] !== cpu || !arrival || waits) continue;
    idleNs = Math.min(idleNs, Math.max(arrival.every.maxNs, arrival.startNs ?? 0));
  }
  for (const one of workloadsOn(plan, instance)) {
    const { cpus, intervalNs, startNs, sections } = one;
    const waits = one.interface !== undefined || sections.some(({ lock }) => lock !== undefined);
    if (!cpus.includes(cpu) || intervalNs === 0 || waits) continue;
    idleNs = Math.min(idleNs, Math.max(intervalNs, startNs ?? 0));
  }
  return idleNs;
}
