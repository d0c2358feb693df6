/**
 * pCPUs on which everything takes longer: an SMT sibling at work, a low frequency. All steps of such a
 * CPU are stretched by one factor, rounded up over their sum (src/engine/lanes.ts), so each figure
 * stretched and rounded up is no less. SMIs are not stretched. Speeds that follow the neighbours
 * (src/hardware/speed.ts) count as the slowest that they can be.
 */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { Instance } from './instance.js';
import type { Surroundings } from './surroundings.js';

/** How long things take on a pCPU at most, in thousandths of the usual time. */
export function slownessOf({ slowdown, speed }: NormalizedPlan, pcpu: number): number {
  const own = slowdown.find(({ cpus }) => cpus.includes(pcpu))?.thousandths ?? 1000;
  return slowestOf(own, speed);
}

/** With a busy sibling and the worst of the turbo bins; a product is rounded as the machine does. */
function slowestOf(own: number, speed: NormalizedPlan['speed']): number {
  if (!speed) return own;
  const bin = Math.max(1000, ...speed.bins.map(({ thousandths }) => thousandths));
  return Math.ceil((own * speed.siblingThousandths * bin) / 1_000_000);
}

/** The same surroundings with the figures of a CPU; of a vCPU that may wander, the slowest. */
export function surroundingsOn(
  around: Surroundings,
  { guest }: Instance,
  cpu: number,
): Surroundings {
  const { plan, figures } = around;
  const pcpus = guest ? (guest.vcpus[cpu]?.pcpus ?? []) : [cpu];
  const slowest = Math.max(1, ...pcpus.map((pcpu) => slownessOf(plan, pcpu)));
  return { ...around, figures: figures.slowed(slowest) };
}

/** With the figures of the slowest CPU of the plan: for what may run on any. */
export function surroundingsAnywhere(around: Surroundings): Surroundings {
  const { plan, figures } = around;
  const own = Math.max(1000, ...plan.slowdown.map(({ thousandths }) => thousandths));
  return { ...around, figures: figures.slowed(slowestOf(own, plan.speed)) };
}
