/**
 * Sets of CPUs as text: one parser and one formatter for every dialect of cpulistDialects.ts.
 * A descending range is an error everywhere, even where a tool reads it as empty.
 */
import { type CpuListDialect, DIALECT_RULES, type DialectRules } from './cpulistDialects.js';
import { type ListItems, scanItems } from './cpulistItems.js';
import { maskGroups, parseMask } from './cpulistMask.js';
import { isListError, type ListError } from './cpulistRange.js';

export { CPU_LIST_DIALECTS, type CpuListDialect } from './cpulistDialects.js';

/** CPU numbers are below this unless the caller says otherwise. */
export const CPU_LIMIT = 65_536;
/** A text may name this many times the limit of CPUs: bounds the work for `0-65535,0-65535,...`. */
const WORK_FACTOR = 16;

export interface CpuListOptions {
  /** The highest CPU number of the machine: what `N`, `all` and `!` refer to. Not a limit. */
  readonly lastCpu?: number;
  /** CPU numbers must be below this; default 65536. */
  readonly limit?: number;
  /** The CPUs that `+N` (numa) counts in; without it `+` is an error. */
  readonly allowed?: readonly number[];
}

export interface CpuListProblem {
  readonly error: string;
  /** Column in the text, from 1. */
  readonly column: number;
  readonly fix?: string;
}

/** `cpus` is sorted and free of duplicates. */
export type CpuListResult =
  | {
      readonly cpus: readonly number[];
      readonly error?: undefined;
      readonly column?: undefined;
      readonly fix?: undefined;
    }
  | CpuListProblem;

/**
 * Parses a CPU list.
 *
 * @example parseCpuList('1-4,^3', 'libvirt') // { cpus: [1, 2, 4] }
 * @example parseCpuList('0-15:2/4', 'kernel') // { cpus: [0, 1, 4, 5, 8, 9, 12, 13] }
 * @example parseCpuList('7-3', 'kernel') // { error: 'the range 7-3 descends', column: 1, fix: 'write 3-7' }
 */
export function parseCpuList(
  text: string,
  dialect: CpuListDialect,
  options: CpuListOptions = {},
): CpuListResult {
  const limit = options.limit ?? CPU_LIMIT;
  if (dialect === 'hex' || dialect === 'hex-groups') {
    const start = text.length - text.trimStart().length;
    const cpus = parseMask(text.trim(), limit, start + 1);
    return Array.isArray(cpus) ? { cpus } : problem(cpus);
  }
  const rules = DIALECT_RULES[dialect];
  // tuned variables come quoted; everywhere else a final newline comes from reading a file.
  const body = dialect === 'tuned' ? text.replace(/["']/g, ' ') : text.replace(/\r?\n$/, '');
  const scanned = scanItems(body, rules, options.lastCpu);
  const cpus = isListError(scanned) ? scanned : applyItems(scanned, rules, limit);
  if (Array.isArray(cpus)) return applyPrefixes(cpus, scanned as ListItems, options, limit);
  const listError = cpus as ListError;
  const misplaced = listError.exclusion && dialect !== 'nova';
  return misplaced ? withPlainFix(listError, body, options) : problem(listError);
}

function problem({ error, column, fix }: ListError): CpuListProblem {
  return fix === undefined ? { error, column } : { error, column, fix };
}

/** What the exclusions most likely mean, written without exclusions. */
function withPlainFix(error: ListError, text: string, options: CpuListOptions): CpuListProblem {
  const meant = parseCpuList(text.replaceAll('!', '^'), 'nova', options);
  const fix =
    meant.error === undefined ? `write ${formatCpuList(meant.cpus, 'kernel')}` : undefined;
  return problem({ ...error, fix });
}

function applyItems(scanned: ListItems, rules: DialectRules, limit: number): number[] | ListError {
  const member = new Uint8Array(limit);
  const late: Array<readonly [number, number]> = [];
  let work = 0;
  for (const item of scanned.items) {
    if ('mask' in item) {
      const cpus = parseMask(item.mask, limit, item.column, true);
      if (!Array.isArray(cpus)) return cpus;
      for (const cpu of cpus) member[cpu] = 1;
      continue;
    }
    const { first, last, used, group, exclude, column } = item;
    if (last >= limit) return { error: `CPU ${last} is beyond the limit ${limit - 1}`, column };
    work += last - first + 1;
    if (work > limit * WORK_FACTOR) return { error: 'the list repeats itself too often', column };
    if (exclude && rules.exclusionOrder === 'last') {
      late.push([first, last]);
      continue;
    }
    for (let cpu = first; cpu <= last; cpu += 1) {
      if ((cpu - first) % group < used) member[cpu] = exclude ? 0 : 1;
    }
  }
  for (const [first, last] of late) member.fill(0, first, last + 1);
  const cpus: number[] = [];
  for (let cpu = 0; cpu < limit; cpu += 1) if (member[cpu]) cpus.push(cpu);
  return cpus;
}

/** `!` and `+` of libnuma. */
function applyPrefixes(
  cpus: readonly number[],
  scanned: ListItems,
  options: CpuListOptions,
  limit: number,
): CpuListResult {
  let result = cpus;
  if (scanned.relative) {
    const { allowed } = options;
    if (!allowed) {
      return {
        error: '+ counts within the CPUs of the process, which are not known here',
        column: 1,
      };
    }
    const sorted = [...new Set(allowed)].sort((a, b) => a - b);
    const beyond = result.find((index) => index >= sorted.length);
    if (beyond !== undefined) {
      return { error: `+${beyond} is beyond the ${sorted.length} allowed CPUs`, column: 1 };
    }
    result = result.map((index) => sorted[index]);
  }
  if (scanned.invert) {
    const { lastCpu } = options;
    if (lastCpu === undefined || lastCpu >= limit) {
      return { error: '! needs the number of the last CPU, which is not known here', column: 1 };
    }
    const named = new Set(result);
    result = Array.from({ length: lastCpu + 1 }, (_, cpu) => cpu).filter((cpu) => !named.has(cpu));
  }
  return { cpus: result };
}

/**
 * Writes a set of CPUs in a dialect: sorted ranges without exclusions, or a mask. The empty set is
 * the empty text (`0` as a mask), which libvirt, taskset and DPDK do not accept.
 *
 * @example formatCpuList([0, 1, 2, 8], 'kernel') // "0-2,8"
 * @example formatCpuList([0, 32], 'hex-groups') // "1,00000001"
 */
export function formatCpuList(cpus: Iterable<number>, dialect: CpuListDialect): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  for (const cpu of sorted) {
    if (!Number.isSafeInteger(cpu) || cpu < 0) throw new RangeError(`not a CPU number: ${cpu}`);
  }
  if (dialect === 'hex-groups') return maskGroups(sorted).join(',');
  if (dialect === 'hex') return `0x${maskGroups(sorted).join('')}`;
  const parts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let end = i;
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) end += 1;
    parts.push(end === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[end]}`);
    i = end + 1;
  }
  return parts.join(',');
}
