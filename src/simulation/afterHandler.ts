/**
 * What follows when the handler of an interrupt is done: the event is passed on to a guest, to the
 * host thread that serves a guest's device, or to the thread that waits for it.
 */
import type { StepSpec } from '../engine/stepTable.js';
import { queueWorkSteps } from '../kernel/worker.js';
import { irqfdSteps } from '../kvm/irqfd.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { durationOf, kernelCosts } from './buildCpus.js';
import type { PartLayout } from './layout.js';
import type { System } from './system.js';

/** Costs of interrupting a guest from the host. */
export function irqfdCosts({ platform }: NormalizedPlan) {
  return {
    eventfdSignal: durationOf(platform.kvm.eventfdSignal),
    inject: durationOf(platform.kvm.inject),
    wakeup: durationOf(platform.host.wakeup),
    reschedIpi: durationOf(platform.host.reschedIpi),
  };
}

/** Steps at the end of the handler of `device`; most devices have none. */
export function afterHandler(
  plan: NormalizedPlan,
  part: PartLayout,
  device: number,
  cause: string,
  accepts: number,
): Array<StepSpec<System>> {
  const { kernel, plan: irq } = part.devices[device];
  const costs = kernelCosts(kernel.guest ? plan.platform.guest : plan.platform.host, false);
  const waiting = part.works.flatMap(({ what }, work) =>
    what.kind === 'wait' && what.device === device
      ? queueWorkSteps(work, costs, `${cause}: wake-up`, accepts)
      : [],
  );
  if (!irq.device) return waiting;
  const { guest, name } = irq.device;
  const line = part.devices.findIndex(({ path }) => path === `guest/${guest}/irq/${name}`);
  const work = part.works.findIndex(
    ({ what }) => what.kind === 'serve' && what.plan.guest === guest && what.plan.device === name,
  );
  if (work >= 0) {
    return [...waiting, ...queueWorkSteps(work, costs, `${cause}: wake-up`, accepts)];
  }
  return [...waiting, ...irqfdSteps('signal', line, irqfdCosts(plan), cause, accepts)];
}
