/** What a rule looks at: a plan as written and as it counts, with the facts that rules share. */
import type { GuestPlan, NormalizedPlan } from '../plan/normalized.js';
import type { PlanDocument } from '../plan/schema.js';
import { union } from './cpuSets.js';
import { type KernelView, viewKernel } from './kernelView.js';
import { isRealtime, type Occupant, occupantsOf } from './occupants.js';

export interface GuestView {
  readonly index: number;
  readonly plan: GuestPlan;
  readonly written: NonNullable<PlanDocument['guests']>[number];
  readonly kernel: KernelView;
  /** Some vCPU of it does realtime work. */
  readonly isRealtime: boolean;
}

export interface Subject {
  readonly plan: NormalizedPlan;
  readonly document: PlanDocument;
  readonly host: KernelView;
  readonly guests: readonly GuestView[];
  readonly realtimeGuests: readonly GuestView[];
  /** The host first, then the guests that do realtime work. */
  readonly kernels: readonly KernelView[];
  readonly occupants: readonly Occupant[];
  /** vCPU threads that do realtime work. */
  readonly realtimeVcpus: readonly Occupant[];
  /** pCPUs that are set apart or do realtime work, ascending. */
  readonly guarded: readonly number[];
  /** The other pCPUs, ascending. */
  readonly ordinary: readonly number[];
  /** SMT siblings of a pCPU without itself, ascending. */
  siblingsOf(pcpu: number): readonly number[];
  nodeOf(pcpu: number): number;
}

/**
 * vCPUs with realtime work: those that a realtime workload measures; where none does, those with a
 * realtime policy on the host.
 */
function realtimeVcpuIds(guest: GuestPlan, plan: NormalizedPlan): number[] {
  const measured = plan.workloads.filter(
    ({ guest: on, scheduling }) => on === guest.name && isRealtime(scheduling),
  );
  if (measured.length > 0)
    return union(
      [],
      measured.flatMap(({ cpus }) => cpus),
    );
  return guest.vcpus.filter(({ scheduling }) => isRealtime(scheduling)).map(({ id }) => id);
}

function realtimePcpus(plan: NormalizedPlan, vcpus: readonly Occupant[]): number[] {
  const pinned = vcpus.flatMap(({ pcpus }) => (pcpus.length === 1 ? pcpus : []));
  const measured = plan.workloads.flatMap(({ guest, scheduling, cpus }) =>
    guest === undefined && isRealtime(scheduling) ? cpus : [],
  );
  const polled = plan.switches.flatMap((one) => one.pollers.map(({ pcpu }) => pcpu));
  return union(pinned, [...measured, ...polled]);
}

export function makeSubject(plan: NormalizedPlan, document: PlanDocument): Subject {
  const occupants = occupantsOf(plan, document);
  const guests = plan.guests.map((guest, index): GuestView => {
    const written = (document.guests ?? [])[index];
    const realtime = realtimeVcpuIds(guest, plan);
    const base = { isHost: false, owner: `guest ${guest.name}`, path: ['guests', index] };
    const kernel = viewKernel({ ...base, plan: guest.kernel, realtime }, written);
    return { index, plan: guest, written, kernel, isRealtime: realtime.length > 0 };
  });
  const realtimeVcpus = occupants.filter(
    ({ kind, guest, vcpu }) =>
      kind === 'vcpu' && guests[guest ?? -1].kernel.realtime.includes(vcpu ?? -1),
  );
  const host = viewKernel(
    {
      isHost: true,
      owner: 'the host',
      path: ['host'],
      plan: plan.host,
      realtime: realtimePcpus(plan, realtimeVcpus),
    },
    document.host ?? {},
  );
  const guarded = union(host.isolated, host.realtime);
  const realtimeGuests = guests.filter((guest) => guest.isRealtime);
  const cpuOf = new Map(plan.topology.pcpus.map((cpu) => [cpu.pcpu, cpu]));
  const cores = new Map<number, number[]>();
  for (const { pcpu, core } of plan.topology.pcpus) {
    cores.set(core, [...(cores.get(core) ?? []), pcpu]);
  }
  return {
    plan,
    document,
    host,
    guests,
    realtimeGuests,
    kernels: [host, ...realtimeGuests.map(({ kernel }) => kernel)],
    occupants,
    realtimeVcpus,
    guarded,
    ordinary: plan.host.cpus.filter((cpu) => !guarded.includes(cpu)),
    siblingsOf: (pcpu) =>
      (cores.get(cpuOf.get(pcpu)?.core ?? -1) ?? []).filter((other) => other !== pcpu),
    nodeOf: (pcpu) => cpuOf.get(pcpu)?.node ?? 0,
  };
}
