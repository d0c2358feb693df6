/**
 * One Linux of a plan as the rules see it, the host's or a guest's: what was written of it beside
 * what it means, and which of its CPUs are set apart or do realtime work.
 */
import {
  type CmdlineFacts,
  type CmdlineToken,
  type ListOnCmdline,
  readCmdline,
  tokenizeCmdline,
} from '../plan/commandLine.js';
import type { KernelPlan } from '../plan/normalized.js';
import type { PlanDocument } from '../plan/schema.js';
import type { Path } from '../platform/sourceTree.js';
import { cpusIn, intersection } from './cpuSets.js';

type HostDocument = NonNullable<PlanDocument['host']>;
type GuestDocument = NonNullable<PlanDocument['guests']>[number];
/** The keys that host and guest share, as written. */
export type KernelDocument = Omit<
  Pick<HostDocument, keyof HostDocument & keyof GuestDocument>,
  'memory'
>;

export interface KernelView {
  readonly isHost: boolean;
  /** `the host` or `guest plc`. */
  readonly owner: string;
  readonly path: Path;
  readonly plan: KernelPlan;
  readonly written: KernelDocument;
  readonly cmdline: string;
  readonly tokens: readonly CmdlineToken[];
  readonly facts: CmdlineFacts;
  /** CPUs that the command line means to set apart by isolcpus= or nohz_full=, ascending. */
  readonly isolated: readonly number[];
  /** The others, ascending. */
  readonly housekeeping: readonly number[];
  /** CPUs that do realtime work, ascending. */
  readonly realtime: readonly number[];
  /** `pCPU` or `vCPU`. */
  readonly cpuWord: string;
}

export function viewKernel(
  base: Pick<KernelView, 'isHost' | 'owner' | 'path' | 'plan' | 'realtime'>,
  written: KernelDocument,
): KernelView {
  const cmdline = written.cmdline ?? '';
  const facts = readCmdline(cmdline);
  const { plan } = base;
  const asked = new Set([
    ...plan.isolatedDomain,
    ...plan.nohzFull,
    ...readList(facts.isolcpusWithoutDomain, plan.cpus),
    ...readList(facts.nohzFull, plan.cpus),
  ]);
  return {
    ...base,
    written,
    cmdline,
    tokens: tokenizeCmdline(cmdline),
    facts,
    isolated: plan.cpus.filter((cpu) => asked.has(cpu)),
    housekeeping: plan.cpus.filter((cpu) => !asked.has(cpu)),
    cpuWord: base.isHost ? 'pCPU' : 'vCPU',
  };
}

/** The CPUs of a list on the command line that exist; a list that cannot be read names none. */
export function readList(list: ListOnCmdline | undefined, cpus: readonly number[]): number[] {
  if (!list) return [];
  return intersection(cpusIn(list.text, cpus.at(-1)), cpus);
}

/** The last token of a name, which is the one that counts for most parameters. */
export const tokenOf = (view: KernelView, key: string): CmdlineToken | undefined =>
  view.tokens.findLast((token) => token.key === key);

/** Where a finding about the command line points. */
export const cmdlineAt = (view: KernelView, offset = 0) => ({
  path: [...view.path, 'cmdline'],
  ...(offset > 0 ? { offset } : {}),
});
