/**
 * Packets have no contract yet: pollers, their calls, NAPI and what answers packets. This says where
 * they are at work, so that nothing there gets a bound. What a contract needs is in the plan: the
 * arrival curve of each source (least distance, burst, or the list), the largest visit of each queue,
 * and one round of the loop as the longest wait for a visit.
 */

import type { WorkloadPlan } from '../plan/normalized.js';
import type { InterfacePlan } from '../plan/normalizedSwitch.js';
import type { Instance } from './instance.js';
import type { Surroundings } from './surroundings.js';

/** Why a packet workload has no bound; undefined for any other. */
export function packetReason({ interface: name }: WorkloadPlan): string | undefined {
  return name === undefined
    ? undefined
    : `the path of packets through interface ${name} has no contract yet`;
}

/** Reasons that packets give against any bound on a CPU. */
export function packetGaps({ plan }: Surroundings, { guest }: Instance, cpu: number): string[] {
  const gaps: string[] = [];
  for (const { name, pollers, interfaces } of plan.switches) {
    for (const poller of guest ? [] : pollers) {
      if (poller.pcpu === cpu) gaps.push(`poller ${name}/${poller.name} has no contract yet`);
    }
    for (const one of interfaces) {
      if (reaches(plan.guests, plan.workloads, one, guest?.name, cpu)) {
        gaps.push(`packets of interface ${one.name} have no contract yet`);
      }
    }
  }
  return gaps;
}

/** True if an interface's interrupt or its workload is at work on the CPU, or may hold its locks. */
function reaches(
  guests: Surroundings['plan']['guests'],
  workloads: readonly WorkloadPlan[],
  { name, guest, vcpu }: InterfacePlan,
  inside: string | undefined,
  cpu: number,
): boolean {
  if (guest === undefined) return false;
  const user = workloads.find((workload) => workload.interface === name);
  const used = [vcpu, ...(user?.cpus ?? [])];
  if (inside !== undefined) {
    const locks = user?.sections.some(({ lock }) => lock !== undefined) ?? false;
    return inside === guest && (locks || used.includes(cpu));
  }
  const vcpus = guests.find((one) => one.name === guest)?.vcpus ?? [];
  return vcpus.some(({ id, pcpus }) => used.includes(id) && pcpus.includes(cpu));
}
