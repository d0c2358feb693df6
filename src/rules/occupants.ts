/**
 * Who runs on a pCPU by the plan: vCPU threads, QEMU's other threads, host threads and workloads.
 * Leaves out the kernel's own per-CPU threads and interrupts.
 */
import type { GuestPlan, NormalizedPlan, Scheduling } from '../plan/normalized.js';
import { parsePolicy, SCHED_OTHER } from '../plan/policy.js';
import type { PlanDocument } from '../plan/schema.js';
import type { Path } from '../platform/sourceTree.js';
import { cpusIn } from './cpuSets.js';

export interface Occupant {
  readonly kind: 'vcpu' | 'thread' | 'qemu' | 'workload' | 'poller';
  /** As in sentences: `vCPU 2 of plc`, `thread backup`. */
  readonly name: string;
  readonly scheduling: Scheduling;
  readonly pcpus: readonly number[];
  /** It never sleeps by itself. */
  readonly spins: boolean;
  /** Index of its guest, for vCPUs and QEMU's threads. */
  readonly guest?: number;
  readonly vcpu?: number;
  readonly path: Path;
}

export const isRealtime = ({ policy }: Scheduling): boolean => policy !== 'other';

/** Strength among FIFO and RR: 0 for fair threads, 100 for SCHED_DEADLINE, which beats all. */
export const strengthOf = ({ policy, priority }: Scheduling): number =>
  policy === 'deadline' ? 100 : priority;

/** A vCPU thread that never gives its pCPU back: the guest idles without HLT exits. */
export function vcpuSpins(guest: GuestPlan, plan: NormalizedPlan, vcpu: number): boolean {
  if (guest.kernel.idle.kind === 'poll' || guest.haltInGuest || guest.mwaitInGuest) return true;
  return plan.workloads.some(
    ({ guest: on, kind, cpus }) =>
      on === guest.name && ['busy', 'oslat'].includes(kind) && cpus.includes(vcpu),
  );
}

export function occupantsOf(plan: NormalizedPlan, document: PlanDocument): Occupant[] {
  return [
    ...vcpuThreads(plan, document),
    ...qemuThreads(plan, document),
    ...hostThreads(plan, document),
    ...hostWorkloads(plan),
    ...pollers(plan),
  ];
}

function vcpuThreads(plan: NormalizedPlan, document: PlanDocument): Occupant[] {
  return plan.guests.flatMap((guest, g) =>
    guest.vcpus.map((vcpu) => {
      const written = document.guests?.[g].vcpus.findIndex(({ id }) => Number(id) === vcpu.id) ?? 0;
      return {
        kind: 'vcpu' as const,
        name: `vCPU ${vcpu.id} of ${guest.name}`,
        scheduling: vcpu.scheduling,
        pcpus: vcpu.pcpus,
        spins: vcpuSpins(guest, plan, vcpu.id),
        guest: g,
        vcpu: vcpu.id,
        path: ['guests', g, 'vcpus', written],
      };
    }),
  );
}

/** Asleep or not: their place counts as soon as they wake. */
function qemuThreads(plan: NormalizedPlan, document: PlanDocument): Occupant[] {
  const { cpus, isolatedDomain } = plan.host;
  const isolated = new Set(isolatedDomain);
  const free = cpus.filter((cpu) => !isolated.has(cpu));
  const ordinary = free.length > 0 ? free : cpus;
  const placed = (list: string | number | undefined) => {
    if (list === undefined) return ordinary;
    const named = cpusIn(list, cpus.at(-1));
    return named.length > 0 ? named : ordinary;
  };
  return (document.guests ?? []).flatMap((guest, g): Occupant[] => {
    const common = { kind: 'qemu' as const, spins: false, guest: g };
    return [
      {
        ...common,
        name: `QEMU's main loop of ${guest.name}`,
        scheduling: parsedPolicy(guest.emulator?.policy),
        pcpus: placed(guest.emulator?.cpus),
        path: ['guests', g, 'emulator'],
      },
      ...(guest.iothreads ?? []).map((thread, i) => ({
        ...common,
        name: `IOThread ${thread.id} of ${guest.name}`,
        scheduling: parsedPolicy(thread.policy),
        pcpus: placed(thread.cpus),
        path: ['guests', g, 'iothreads', i],
      })),
      ...(guest.devices ?? []).flatMap((device, i): Occupant[] =>
        device.kind !== 'vhost-net'
          ? []
          : [
              {
                ...common,
                name: `the vhost worker of ${device.name} of ${guest.name}`,
                scheduling: parsedPolicy(device.worker?.policy),
                pcpus: placed(device.worker?.cpus),
                path: ['guests', g, 'devices', i, 'worker'],
              },
            ],
      ),
    ];
  });
}

function parsedPolicy(text: string | undefined): Scheduling {
  const policy = parsePolicy(text ?? 'other');
  return 'message' in policy ? SCHED_OTHER : policy;
}

function hostThreads(plan: NormalizedPlan, document: PlanDocument): Occupant[] {
  const count = document.host?.threads?.length ?? 0;
  return plan.host.threads.slice(0, count).map((thread, i) => ({
    kind: 'thread' as const,
    name: `thread ${thread.name}`,
    scheduling: thread.scheduling,
    pcpus: thread.cpus,
    spins: thread.arrival === undefined,
    path: ['host', 'threads', i],
  }));
}

function hostWorkloads(plan: NormalizedPlan): Occupant[] {
  return plan.workloads.flatMap((workload, i): Occupant[] => {
    if (workload.guest !== undefined) return [];
    const common = {
      kind: 'workload' as const,
      name: `workload ${workload.id}`,
      scheduling: workload.scheduling,
      spins: ['busy', 'oslat'].includes(workload.kind),
      path: ['workloads', i],
    };
    // One thread a CPU, each pinned.
    return workload.cpus.map((pcpu) => ({ ...common, pcpus: [pcpu] }));
  });
}

function pollers(plan: NormalizedPlan): Occupant[] {
  return plan.switches.flatMap((one, s) =>
    one.pollers.map(({ name, scheduling, pcpu }, i) => ({
      kind: 'poller' as const,
      name: `poller ${name} of ${one.name}`,
      scheduling,
      pcpus: [pcpu],
      spins: true,
      path: ['switches', s, 'pollers', i],
    })),
  );
}
