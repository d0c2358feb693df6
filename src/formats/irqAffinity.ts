/**
 * /proc/irq: which CPUs an interrupt may go to, and which one the hardware uses.
 * Source: Documentation/core-api/irq/irq-affinity.rst. `smp_affinity_list` is what was asked,
 * `effective_affinity_list` what the interrupt chip got, often one CPU.
 * Leaves out: affinity hints, spurious counts.
 */
import { parseCpuList } from '../base/cpulist.js';
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry, Reading } from './account.js';
import { readListing } from './listing.js';
import type { InterruptRow, ProcInterrupts } from './procInterrupts.js';

export interface IrqAffinity {
  readonly irq: number;
  readonly affinity?: readonly number[];
  readonly effective?: readonly number[];
  readonly node?: number;
}

export interface IrqAffinityTree {
  /** `default_smp_affinity`: what later interrupts start with. */
  readonly defaultAffinity?: readonly number[];
  /** Ascending by number. */
  readonly irqs: readonly IrqAffinity[];
}

/** An interrupt with what both sources say of it. */
export interface IrqFacts extends IrqAffinity {
  /** Absent if /proc/interrupts does not list it. */
  readonly row?: InterruptRow;
}

interface Draft {
  affinity?: readonly number[];
  effective?: readonly number[];
  node?: number;
}

const MAX_MESSAGES = 20;

/**
 * Reads a listing of /proc/irq; the directories before `irq/` do not matter. List files win over
 * the hexadecimal ones.
 */
export function readIrqAffinity(
  source: string | ReadonlyMap<string, string>,
  file: string,
): Reading<IrqAffinityTree> {
  const { listing, diagnostics: problems } = readListing(source, file);
  const diagnostics: Diagnostic[] = [...problems];
  const account: AccountEntry[] = [];
  const drafts = new Map<number, Draft>();
  const fromList = new Set<string>();
  let defaultAffinity: readonly number[] | undefined;
  const cpusOf = (path: string, text: string, hex: boolean): readonly number[] | undefined => {
    const list = parseCpuList(text.trim(), hex ? 'hex-groups' : 'kernel');
    if (list.error === undefined) {
      account.push({ path, disposition: 'used' });
      return list.cpus;
    }
    account.push({ path, disposition: 'ignored', reason: `cannot be read: ${list.error}` });
    if (diagnostics.length < MAX_MESSAGES) {
      const place = { file };
      const message = `"${text.slice(0, 60)}": ${list.error}`;
      diagnostics.push({ code: 'irq/affinity', severity: 'warning', path, message, place });
    }
    return undefined;
  };
  for (const [path, text] of listing) {
    if (/(^|\/)default_smp_affinity$/.test(path)) {
      defaultAffinity = cpusOf(path, text, true) ?? defaultAffinity;
      continue;
    }
    const match = /(?:^|\/)(\d{1,9})\/(smp_affinity|effective_affinity|node)(_list)?$/.exec(path);
    if (!match) {
      account.push({ path, disposition: 'ignored', reason: 'not an affinity of an interrupt' });
      continue;
    }
    const irq = Number(match[1]);
    const draft = drafts.get(irq) ?? {};
    drafts.set(irq, draft);
    if (match[2] === 'node') {
      const node = Number(text.trim());
      // -1 says that the device belongs to no node.
      if (/^\d{1,5}$/.test(text.trim())) draft.node = node;
      account.push({ path, disposition: 'kept' });
      continue;
    }
    const field = match[2] === 'smp_affinity' ? 'affinity' : 'effective';
    const isList = match[3] !== undefined;
    if (!isList && fromList.has(`${irq} ${field}`)) {
      account.push({ path, disposition: 'ignored', reason: 'the list file says the same' });
      continue;
    }
    const cpus = cpusOf(path, text, !isList);
    if (!cpus) continue;
    if (isList) fromList.add(`${irq} ${field}`);
    draft[field] = cpus;
  }
  if (drafts.size === 0 && !defaultAffinity) {
    const message = 'no smp_affinity of any interrupt: this is no listing of /proc/irq';
    diagnostics.push({ code: 'irq/none', severity: 'error', path: '', message, place: { file } });
  }
  const irqs = [...drafts].map(([irq, draft]) => ({ irq, ...draft })).sort((a, b) => a.irq - b.irq);
  return { value: { ...(defaultAffinity ? { defaultAffinity } : {}), irqs }, diagnostics, account };
}

/** Joins both sources by interrupt number, ascending. */
export function mergeIrqs(interrupts: ProcInterrupts, tree: IrqAffinityTree): IrqFacts[] {
  const rows = new Map<number, InterruptRow>();
  for (const row of interrupts.rows) if (row.irq !== undefined) rows.set(row.irq, row);
  const affinities = new Map(tree.irqs.map((entry) => [entry.irq, entry]));
  const numbers = [...new Set([...rows.keys(), ...affinities.keys()])].sort((a, b) => a - b);
  return numbers.map((irq) => {
    const row = rows.get(irq);
    return { irq, ...affinities.get(irq), ...(row ? { row } : {}) };
  });
}

/** CPUs on which the interrupt has fired, ascending. */
export function cpusFired(row: InterruptRow, interrupts: ProcInterrupts): number[] {
  const fired: number[] = [];
  row.counts.forEach((count, column) => {
    const cpu = interrupts.cpus[column];
    if (count > 0 && cpu !== undefined) fired.push(cpu);
  });
  return fired.sort((a, b) => a - b);
}
