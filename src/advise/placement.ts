/**
 * A partition as a change of the plan: where each critical vCPU and thread is pinned, which pCPUs are
 * isolated for them, and what the rules then move out of their way.
 */
import { formatCpuList } from '../base/cpulist.js';
import { diffPlans, editPlan, type Patch } from '../plan/edit.js';
import { type PreparedPlan, prepareDocument } from '../plan/load.js';
import type { NormalizedPlan, Scheduling } from '../plan/normalized.js';
import type { PlanDocument } from '../plan/schema.js';
import { changeList } from '../rules/cmdlineEdit.js';
import { repairPlan } from '../rules/repairPlan.js';
import { type Critical, threadName, vcpuName } from './critical.js';

/** Critical vCPUs and threads, and the pCPU of each. */
export type Placement = ReadonlyArray<{ readonly what: Critical; readonly pcpu: number }>;

export interface Placed {
  readonly prepared: PreparedPlan;
  readonly document: PlanDocument;
  /** From the plan as written to `document`. */
  readonly patches: readonly Patch[];
  /** pCPUs off the scheduler domains. */
  readonly isolated: readonly number[];
}

const LISTS = ['isolcpus', 'nohz_full', 'rcu_nocbs'] as const;

const listField = (cpus: readonly number[]): string | number =>
  cpus.length === 1 ? cpus[0] : formatCpuList(cpus, 'kernel');

/**
 * pCPUs that stay isolated wherever the critical ones go: isolated ones on which a poller of a switch,
 * or a realtime thread or vCPU without a requirement, is pinned.
 */
export function keptIsolated(plan: NormalizedPlan, critical: readonly Critical[]): number[] {
  const placed = new Set(critical.map(({ name }) => name));
  const pinned: Array<{ readonly cpus: readonly number[]; readonly scheduling: Scheduling }> = [
    ...plan.host.threads,
    ...plan.switches.flatMap(({ pollers }) =>
      pollers.map(({ pcpu, scheduling }) => ({ cpus: [pcpu], scheduling })),
    ),
    ...plan.workloads.flatMap(({ id, guest, cpus, scheduling }) =>
      guest === undefined
        ? cpus
            .filter((cpu) => !placed.has(threadName(id, cpu)))
            .map((cpu) => ({ cpus: [cpu], scheduling }))
        : [],
    ),
    ...plan.guests.flatMap(({ name, vcpus }) =>
      vcpus
        .filter(({ id }) => !placed.has(vcpuName(name, id)))
        .map(({ pcpus, scheduling }) => ({ cpus: pcpus, scheduling })),
    ),
  ];
  const isolated = new Set(plan.host.isolatedDomain);
  return pinned
    .filter(
      ({ cpus, scheduling }) =>
        cpus.length === 1 && scheduling.policy !== 'other' && isolated.has(cpus[0]),
    )
    .map(({ cpus }) => cpus[0]);
}

/** The given pCPUs with all that share a core with them. */
export function withSiblings(plan: NormalizedPlan, pcpus: Iterable<number>): number[] {
  const wanted = new Set(pcpus);
  const { pcpus: all } = plan.topology;
  const cores = new Set(all.filter(({ pcpu }) => wanted.has(pcpu)).map(({ core }) => core));
  return all.filter(({ core }) => cores.has(core)).map(({ pcpu }) => pcpu);
}

/** The plan with that placement; undefined if it is not valid then. */
export function place(prepared: PreparedPlan, placement: Placement): Placed | undefined {
  const { plan, document } = prepared;
  if (!plan || !document) return undefined;
  const used = placement.map(({ pcpu }) => pcpu);
  const isolated = withSiblings(plan, [
    ...used,
    ...keptIsolated(
      plan,
      placement.map(({ what }) => what),
    ),
  ]);
  const pinned = editPlan(document, (draft) => {
    pinAll(draft, placement);
    isolate(draft, plan, isolated);
  });
  const first = prepareDocument(pinned.document, plan.platform);
  if (!first.plan) return undefined;
  // Irqs, threads and QEMU's own threads move off, priorities are set: each by the rule that says so.
  const repaired = repairPlan(first);
  const after = prepareDocument(repaired.document, plan.platform);
  if (!after.plan) return undefined;
  const patches = diffPlans(document, repaired.document);
  return { prepared: after, document: repaired.document, patches, isolated };
}

function pinAll(draft: PlanDocument, placement: Placement): void {
  const threads = new Map<string, number[]>();
  for (const { what, pcpu } of placement) {
    const { of } = what;
    if (of.kind === 'workload') {
      threads.set(of.id, [...(threads.get(of.id) ?? []), pcpu]);
    } else {
      const guest = draft.guests?.find(({ name }) => name === of.guest);
      const vcpu = guest?.vcpus.find(({ id }) => id === of.id);
      if (vcpu) vcpu.cpus = pcpu;
    }
  }
  for (const workload of draft.workloads ?? []) {
    const pcpus = threads.get(workload.id);
    if (pcpus) workload.cpus = listField(pcpus.sort((a, b) => a - b));
  }
}

/** Everything that names the isolated pCPUs names these. */
function isolate(draft: PlanDocument, plan: NormalizedPlan, isolated: readonly number[]): void {
  draft.host ??= {};
  const { host } = draft;
  const all = plan.topology.pcpus.map(({ pcpu }) => pcpu);
  const last = all[all.length - 1] ?? 0;
  const chosen = new Set(isolated);
  const remove = all.filter((pcpu) => !chosen.has(pcpu));
  let line = host.cmdline ?? '';
  for (const key of LISTS) line = changeList(line, key, { add: isolated, remove }, last);
  // What the user chose stays, as far as it keeps off the isolated ones.
  const chosenIrqs = /(^|\s)irqaffinity=/.test(line);
  const irqs = chosenIrqs ? { remove: isolated } : { add: remove };
  host.cmdline = changeList(line, 'irqaffinity', irqs, last);
  if (host.fairServerOff !== undefined) host.fairServerOff = listField(isolated);
  for (const thread of host.kernelThreads ?? []) {
    if (thread.cpus !== undefined) thread.cpus = listField(isolated);
  }
}
