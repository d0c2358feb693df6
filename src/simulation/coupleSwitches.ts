/** Which pCPUs a switch ties together. */
import type { NormalizedPlan } from '../plan/normalized.js';
import type { Groups } from './groups.js';

/** A packet ties together the pollers of its interface, the vCPU that is called, and its thread. */
export function coupleSwitches(plan: NormalizedPlan, groups: Groups): void {
  for (const { pollers, interfaces } of plan.switches) {
    for (const { pcpu } of pollers) groups.add(pcpu);
    for (const { name, guest, vcpu, wirePoller, guestPoller } of interfaces) {
      const vcpus = plan.guests.find((one) => one.name === guest)?.vcpus ?? [];
      const user = plan.workloads.find((workload) => workload.interface === name);
      const used = vcpus.filter(({ id }) => id === vcpu || user?.cpus.includes(id));
      groups.join([
        pollers[wirePoller].pcpu,
        ...(guest === undefined ? [] : [pollers[guestPoller].pcpu]),
        ...used.flatMap(({ pcpus }) => pcpus),
      ]);
    }
  }
}
