/** What if one thing of a plan were otherwise? Each answer is an edit of the plan, as patches. */
import { editPlan, type Patch } from '../plan/edit.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { PlanDocument } from '../plan/schema.js';

export interface WhatIf {
  /** As in `without SMIs`. */
  readonly name: string;
  readonly patches: readonly Patch[];
  readonly document: PlanDocument;
}

/** More changes than anybody reads; loads of a plan come last. */
const WHAT_IFS_MAX = 60;

type Host = NonNullable<PlanDocument['host']>;

/** Every single change that may take a cause away, in a fixed order. */
export function whatIfs(document: PlanDocument, plan: NormalizedPlan): WhatIf[] {
  const list: WhatIf[] = [];
  const add = (name: string, recipe: (draft: PlanDocument) => void): void => {
    const { document: next, patches } = editPlan(document, recipe);
    if (patches.length > 0) list.push({ name, patches, document: next });
  };
  const host = (draft: PlanDocument): Host => {
    draft.host ??= {};
    return draft.host;
  };
  if (plan.smi) {
    add('without SMIs', (draft) => {
      host(draft).smi = 'off';
    });
  }
  addKernel(add, host, plan);
  addKvm(add, host, plan);
  addGuests(add, plan);
  document.host?.irqs?.forEach(({ name }, i) => {
    add(`without the interrupt ${name}`, (draft) => void host(draft).irqs?.splice(i, 1));
  });
  document.host?.threads?.forEach(({ name }, i) => {
    add(`without the thread ${name}`, (draft) => void host(draft).threads?.splice(i, 1));
  });
  return list.slice(0, WHAT_IFS_MAX);
}

type Add = (name: string, recipe: (draft: PlanDocument) => void) => void;
type HostOf = (draft: PlanDocument) => Host;

function addKernel(add: Add, host: HostOf, plan: NormalizedPlan): void {
  if (plan.host.preemption !== 'rt') {
    add('with PREEMPT_RT on the host', (draft) => {
      host(draft).kernel = { ...host(draft).kernel, preemption: 'rt' };
    });
  }
  if (plan.host.idle.kind !== 'poll') {
    add('with a host that polls when idle', (draft) => {
      host(draft).idle = { deepest: 'poll' };
    });
  }
  if (plan.host.rtRuntimeNs >= 0) {
    add('without realtime throttling on the host', (draft) => {
      host(draft).sysctl = { ...host(draft).sysctl, 'kernel.sched_rt_runtime_us': -1 };
    });
  }
  if (plan.host.timerMigration) {
    add('with timers that stay on their pCPU', (draft) => {
      host(draft).sysctl = { ...host(draft).sysctl, 'kernel.timer_migration': 0 };
    });
  }
}

function addKvm(add: Add, host: HostOf, plan: NormalizedPlan): void {
  if (plan.guests.length === 0) return;
  const set = (name: string, settings: Host['kvm']): void =>
    add(name, (draft) => {
      host(draft).kvm = { ...host(draft).kvm, ...settings };
    });
  if (plan.kvm.l1dFlush) set('without the L1D flush', { vmentry_l1d_flush: 'never' });
  if (!plan.kvm.preemptionTimer) set('with the preemption timer', { preemption_timer: 'Y' });
  if (plan.kvm.timerAdvance === 0) set('with the timer advance', { lapic_timer_advance: 'Y' });
  if (plan.kvm.haltPollNs === 0) set('with halt polling of 200us', { halt_poll_ns: 200_000 });
}

function addGuests(add: Add, plan: NormalizedPlan): void {
  plan.guests.forEach(({ name, kernel, vcpus }, g) => {
    const guest = (draft: PlanDocument) => (draft.guests ?? [])[g];
    if (kernel.idle.kind !== 'poll') {
      add(`with guest ${name} polling when idle`, (draft) => {
        guest(draft).idle = { deepest: 'poll' };
      });
    }
    if (vcpus.some(({ scheduling }) => scheduling.policy === 'other')) {
      add(`with all vCPUs of ${name} at fifo:1`, (draft) => {
        for (const vcpu of guest(draft).vcpus) vcpu.policy ??= 'fifo:1';
      });
    }
  });
}
