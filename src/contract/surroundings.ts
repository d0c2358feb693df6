/** Everything that contracts are made from. */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { KvmCostName } from '../platform/costs.js';
import type { Figure, Figures } from './figure.js';

export interface Surroundings {
  readonly plan: NormalizedPlan;
  readonly figures: Figures;
}

/** Longest time of a primitive of KVM. */
export function kvmFigure({ plan, figures }: Surroundings, name: KvmCostName): Figure {
  return figures.of(plan.platform.kvm[name], `kvm.${name}`);
}
