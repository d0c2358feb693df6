/**
 * What a partition is made for: the vCPUs and the threads on the host that must meet a requirement.
 * Each needs a pCPU, alone or shared; everything else has to keep away from it.
 */
import type { NormalizedPlan } from '../plan/normalized.js';

export interface Critical {
  /** As in `plc/2` for a vCPU and `oslat on 22` for a thread on the host. */
  readonly name: string;
  readonly of:
    | { readonly kind: 'vcpu'; readonly guest: string; readonly id: number }
    | { readonly kind: 'workload'; readonly id: string };
  /** Where it is now; undefined: it may run on several pCPUs. */
  readonly pcpu: number | undefined;
  /** NUMA node of its memory: where it is now. */
  readonly node: number;
}

/** The critical vCPUs and threads of a plan, by name: the order in which they are placed. */
export function criticalOf(plan: NormalizedPlan): Critical[] {
  const found = new Map<string, Critical>();
  for (const { workload: id } of plan.requirements) {
    const workload = plan.workloads.find((one) => one.id === id);
    for (const cpu of workload?.cpus ?? []) {
      const one =
        workload?.guest === undefined ? threadOn(plan, id, cpu) : vcpuOf(plan, workload.guest, cpu);
      found.set(one.name, one);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

export const threadName = (workload: string, pcpu: number): string => `${workload} on ${pcpu}`;
export const vcpuName = (guest: string, id: number): string => `${guest}/${id}`;

const nodeOf = (plan: NormalizedPlan, pcpu: number | undefined): number =>
  plan.topology.pcpus.find((one) => one.pcpu === pcpu)?.node ?? 0;

function threadOn(plan: NormalizedPlan, id: string, cpu: number): Critical {
  return {
    name: threadName(id, cpu),
    of: { kind: 'workload', id },
    pcpu: cpu,
    node: nodeOf(plan, cpu),
  };
}

function vcpuOf(plan: NormalizedPlan, guest: string, id: number): Critical {
  const vcpus = plan.guests.find(({ name }) => name === guest)?.vcpus ?? [];
  const pcpus = vcpus.find((one) => one.id === id)?.pcpus ?? [];
  return {
    name: vcpuName(guest, id),
    of: { kind: 'vcpu', guest, id },
    pcpu: pcpus.length === 1 ? pcpus[0] : undefined,
    node: nodeOf(plan, pcpus[0]),
  };
}
