/** Everything that contracts are made from. */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { KvmCostName, NetworkCostName } from '../platform/costs.js';
import type { Delay, Delays } from './delays.js';
import type { Figure, Figures } from './figure.js';

export interface Surroundings {
  readonly plan: NormalizedPlan;
  readonly figures: Figures;
  /** How late what comes from outside may reach a guest; absent: not at all. */
  readonly delays?: Delays;
}

/** A delay of {@link Surroundings.delays}. */
export function delayOf({ delays }: Surroundings, name: string): Delay {
  return delays?.get(name) ?? 0;
}

/** Longest time of a primitive of packets. */
export function networkFigure({ plan, figures }: Surroundings, name: NetworkCostName): Figure {
  return figures.of(plan.platform.network[name], `network.${name}`);
}

/** Longest time of a primitive of KVM. */
export function kvmFigure({ plan, figures }: Surroundings, name: KvmCostName): Figure {
  return figures.of(plan.platform.kvm[name], `kvm.${name}`);
}
