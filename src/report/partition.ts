/**
 * What each pCPU of a plan is for: the partition map. Read from the plan alone; what the pCPUs then
 * did is in the result. Kernel threads that every CPU has (ksoftirqd, rcuc) are left out.
 */
import type { NormalizedPlan, Scheduling } from '../plan/normalized.js';
import { schedulingText } from './planWords.js';

/**
 * realtime: a realtime vCPU or measured host thread may run here, isolated or not; polling: a switch's
 * poller, and nobody realtime beside it; dedicated:
 * isolated, for others; spare: isolated, for nobody; shared: not isolated, for the host and for vCPUs
 * or workloads without realtime policy; housekeeping: not isolated, for the host alone. Isolated is
 * off the scheduler domains, here as everywhere.
 */
export type PcpuRole = 'realtime' | 'polling' | 'dedicated' | 'spare' | 'shared' | 'housekeeping';

export const ROLE_MEANINGS: Readonly<Record<PcpuRole, string>> = {
  realtime: 'realtime vCPUs or workloads',
  polling: 'switches that poll, burnt whole',
  dedicated: 'isolated, for vCPUs or workloads without realtime policy',
  spare: 'isolated, for nobody',
  shared: 'not isolated, for the host and vCPUs or workloads without realtime policy',
  housekeeping: 'not isolated, for the host alone',
};

/** The meaning of a role, and how many of its members do not have what it is best with. */
export function roleText(role: PcpuRole, members: readonly PcpuPart[]): string {
  const open = members.filter(({ isolated }) => !isolated).length;
  const meaning = ROLE_MEANINGS[role];
  return role === 'realtime' && open > 0 ? `${meaning}; ${open} of them not isolated` : meaning;
}

export interface Occupant {
  readonly kind: 'vcpu' | 'workload' | 'poller' | 'thread' | 'irq';
  /** As printed: `plc vCPU 2, SCHED_FIFO 90`. */
  readonly label: string;
  readonly realtime: boolean;
  /** May run nowhere else. */
  readonly pinned: boolean;
}

export interface PcpuPart {
  readonly pcpu: number;
  readonly core: number;
  readonly node: number;
  readonly socket: number;
  /** The other pCPUs of the same core, ascending. */
  readonly siblings: readonly number[];
  readonly role: PcpuRole;
  readonly isolated: boolean;
  readonly nohzFull: boolean;
  readonly rcuNocbs: boolean;
  readonly occupants: readonly Occupant[];
}

/** One part per pCPU of the topology, ascending. */
export function partitionOf(plan: NormalizedPlan): PcpuPart[] {
  const occupants = occupantsByPcpu(plan);
  const cores = new Map<number, number[]>();
  for (const { pcpu, core } of plan.topology.pcpus) {
    const members = cores.get(core);
    if (members) members.push(pcpu);
    else cores.set(core, [pcpu]);
  }
  const isolated = new Set(plan.host.isolatedDomain);
  const nohzFull = new Set(plan.host.nohzFull);
  const rcuNocbs = new Set(plan.host.rcuNocbs);
  return plan.topology.pcpus.map(({ pcpu, core, node, socket }) => {
    const here = occupants.get(pcpu) ?? [];
    return {
      pcpu,
      core,
      node,
      socket,
      siblings: (cores.get(core) ?? []).filter((other) => other !== pcpu),
      role: roleOf(here, isolated.has(pcpu)),
      isolated: isolated.has(pcpu),
      nohzFull: nohzFull.has(pcpu),
      rcuNocbs: rcuNocbs.has(pcpu),
      occupants: here,
    };
  });
}

const TENANTS: ReadonlyArray<Occupant['kind']> = ['vcpu', 'workload', 'poller'];

function roleOf(occupants: readonly Occupant[], isolated: boolean): PcpuRole {
  const tenants = occupants.filter(({ kind }) => TENANTS.includes(kind));
  if (tenants.some(({ kind, realtime }) => realtime && kind !== 'poller')) return 'realtime';
  if (tenants.some(({ kind }) => kind === 'poller')) return 'polling';
  if (isolated) return tenants.length > 0 ? 'dedicated' : 'spare';
  return tenants.length > 0 ? 'shared' : 'housekeeping';
}

function occupantsByPcpu(plan: NormalizedPlan): Map<number, Occupant[]> {
  const byPcpu = new Map<number, Occupant[]>();
  const add = (
    kind: Occupant['kind'],
    name: string,
    cpus: readonly number[],
    scheduling?: Scheduling,
  ) => {
    const occupant: Occupant = {
      kind,
      label: scheduling ? `${name}, ${schedulingText(scheduling)}` : name,
      realtime: scheduling !== undefined && scheduling.policy !== 'other',
      pinned: cpus.length === 1,
    };
    for (const cpu of cpus) {
      const here = byPcpu.get(cpu);
      if (here) here.push(occupant);
      else byPcpu.set(cpu, [occupant]);
    }
  };
  for (const guest of plan.guests) {
    for (const { id, scheduling, pcpus } of guest.vcpus) {
      add('vcpu', `${guest.name} vCPU ${id}`, pcpus, scheduling);
    }
  }
  for (const { id, guest, cpus, scheduling } of plan.workloads) {
    // One measuring thread per CPU, each bound to its own.
    if (guest === undefined) for (const cpu of cpus) add('workload', id, [cpu], scheduling);
  }
  for (const { name, pollers } of plan.switches) {
    for (const poller of pollers) {
      add('poller', `poller ${name}/${poller.name}`, [poller.pcpu], poller.scheduling);
    }
  }
  for (const { name, cpus, scheduling } of plan.host.threads) add('thread', name, cpus, scheduling);
  for (const { name, vector, cpus } of plan.host.irqs) {
    add('irq', `IRQ ${vector} ${name}`, cpus.slice(0, 1));
  }
  return byPcpu;
}
