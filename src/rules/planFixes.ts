/** Fixes that several rules make: small changes of a plan draft. */
import type { PlanDocument } from '../plan/schema.js';
import type { Path } from '../platform/sourceTree.js';
import { changeList, type ListChange, setParameter } from './cmdlineEdit.js';
import { cpuText } from './cpuSets.js';
import type { KernelDocument, KernelView } from './kernelView.js';
import type { Fix } from './rule.js';

type HostDocument = NonNullable<PlanDocument['host']>;
type GuestDocument = NonNullable<PlanDocument['guests']>[number];

export function hostDraft(draft: PlanDocument): HostDocument {
  draft.host ??= {};
  return draft.host;
}

/** The guest at an index; a fix is only made for a guest that is there. */
export function guestDraft(draft: PlanDocument, index: number): GuestDocument {
  const guest = draft.guests?.[index];
  if (guest === undefined) throw new Error(`the plan has no guest ${index}`);
  return guest;
}

/** The part of the draft that holds a kernel, by its path. */
export function kernelDraft(draft: PlanDocument, path: Path): KernelDocument {
  return path[0] === 'host' ? hostDraft(draft) : guestDraft(draft, Number(path[1]));
}

/** Changes the command line of a kernel. */
export const editCmdline =
  (view: KernelView, edit: (line: string) => string): Fix =>
  (draft) => {
    const kernel = kernelDraft(draft, view.path);
    kernel.cmdline = edit(kernel.cmdline ?? '');
  };

export const setOnCmdline = (view: KernelView, key: string, value?: string): Fix =>
  editCmdline(view, (line) => setParameter(line, key, value));

/** Changes CPU lists of a command line, the same way for each parameter. */
export const changeLists = (view: KernelView, keys: readonly string[], change: ListChange): Fix =>
  editCmdline(view, (line) => {
    const lastCpu = view.plan.cpus.at(-1) ?? 0;
    return keys.reduce((edited, key) => changeList(edited, key, change, lastCpu), line);
  });

export const setSysctl =
  (view: KernelView, key: keyof NonNullable<HostDocument['sysctl']>, value: number): Fix =>
  (draft) => {
    const kernel = kernelDraft(draft, view.path);
    kernel.sysctl = { ...kernel.sysctl, [key]: value };
  };

export const setKvm =
  (values: NonNullable<HostDocument['kvm']>): Fix =>
  (draft) => {
    const host = hostDraft(draft);
    host.kvm ??= {};
    Object.assign(host.kvm, values);
  };

/** A list of CPUs as a plan has it: one CPU as a number. */
export const listField = (cpus: readonly number[]): string | number =>
  cpus.length === 1 ? cpus[0] : cpuText(cpus);

/** Gives per-CPU kernel threads a FIFO priority; a later entry of a plan wins over earlier ones. */
export const raiseKernelThread =
  (
    view: KernelView,
    name: 'ksoftirqd' | 'ktimers' | 'rcuc',
    cpus: readonly number[],
    priority: number,
  ): Fix =>
  (draft) => {
    const kernel = kernelDraft(draft, view.path);
    kernel.kernelThreads ??= [];
    kernel.kernelThreads.push({ name, cpus: listField(cpus), policy: `fifo:${priority}` });
  };
