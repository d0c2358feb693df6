/**
 * Leaving a C-state: paid once, before the first instruction, by whatever needs an idle CPU. The
 * deepest state that is allowed may be the one, whatever the governor says.
 */
import type { Figure } from './figure.js';
import { longest, NO_TIME } from './figure.js';
import { type Instance, workloadsOn } from './instance.js';
import type { Surroundings } from './surroundings.js';

/** Longest exit of an idle CPU of this Linux that sleeps by itself (a pCPU, or HLT passthrough). */
export function cstateExit(around: Surroundings, instance: Instance): Figure {
  const { kernel } = instance;
  const quiet = workloadsOn(around.plan, instance).some(({ dmaLatencyZero }) => dmaLatencyZero);
  if (kernel.idle.kind === 'poll' || quiet) return NO_TIME;
  const states = around.plan.platform.cstates;
  const depth = states.findIndex(({ name }) => name === kernel.idle.deepest);
  const deepest = depth >= 0 ? depth : 0;
  const longestIdleNs =
    kernel.idle.governor === 'menu' && !kernel.nohz ? 1e9 / kernel.hz : undefined;
  // menu takes a deeper state than the first only for the time that is left before the next timer.
  const allowed = states.filter(
    ({ targetResidencyNs }, i) =>
      i <= deepest &&
      (i === 0 || longestIdleNs === undefined || targetResidencyNs <= longestIdleNs),
  );
  return longest(...allowed.map(({ name, exit }) => around.figures.of(exit, `cstate.${name}`)));
}
