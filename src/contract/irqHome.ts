/**
 * CPUs on which an interrupt may be served: the first of its affinity, or, where irqbalance is at work
 * and nobody set the affinity, any that irqbalance may use. Source: src/simulation/irqbalance.ts.
 */
import type { IrqPlan } from '../plan/normalized.js';
import type { Instance } from './instance.js';
import type { Surroundings } from './surroundings.js';

export function servedOn(
  { plan }: Surroundings,
  { guest }: Instance,
  { cpus, floats, device }: IrqPlan,
  cpu: number,
): boolean {
  if (cpus[0] === cpu) return true;
  const balanced = plan.irqbalance && !guest && floats && !device;
  return balanced ? plan.irqbalance.cpus.includes(cpu) : false;
}
