/**
 * The lcore mapping of DPDK (`--lcores='(0-1)@(2,3),4@5,7-8'`): which CPUs each lcore may run on.
 * Source: DPDK lib/eal/common/eal_common_options.c eal_parse_lcores. A plain range without `@` maps
 * each lcore to its own CPU; a group in parentheses without `@` maps each to the whole group.
 * Leaves out: the main lcore and service cores.
 */
import {
  type CpuListOptions,
  type CpuListProblem,
  type CpuListResult,
  parseCpuList,
} from './cpulist.js';

export interface LcoreAffinity {
  readonly lcore: number;
  readonly cpus: readonly number[];
}

/**
 * Parses an `--lcores` value; the result ascends by lcore. A repeated lcore takes its last mapping.
 *
 * @example parseLcores('1,2@(5-7)') // { lcores: [{ lcore: 1, cpus: [1] }, { lcore: 2, cpus: [5, 6, 7] }] }
 */
export function parseLcores(
  text: string,
  options: CpuListOptions = {},
): { readonly lcores: readonly LcoreAffinity[] } | CpuListProblem {
  const map = new Map<number, readonly number[]>();
  let at = 0;
  while (at <= text.length) {
    const end = itemEnd(text, at);
    const item = text.slice(at, end);
    const split = item.indexOf('@');
    const left = split < 0 ? item : item.slice(0, split);
    const lcores = parseSet(left, at, options);
    if (lcores.error !== undefined) return lcores;
    if (split >= 0) {
      const cpus = parseSet(item.slice(split + 1), at + split + 1, options);
      if (cpus.error !== undefined) return cpus;
      for (const lcore of lcores.cpus) map.set(lcore, cpus.cpus);
    } else {
      const grouped = left.trimStart().startsWith('(');
      for (const lcore of lcores.cpus) map.set(lcore, grouped ? lcores.cpus : [lcore]);
    }
    // As many mappings as one list may name CPUs: more only repeat.
    if (map.size > (options.limit ?? 65_536)) return { error: 'too many lcores', column: at + 1 };
    at = end + 1;
  }
  const lcores = [...map].map(([lcore, cpus]) => ({ lcore, cpus }));
  return { lcores: lcores.sort((a, b) => a.lcore - b.lcore) };
}

/** The next comma outside parentheses, or the end. */
function itemEnd(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '(') depth += 1;
    else if (text[i] === ')') depth -= 1;
    else if (text[i] === ',' && depth <= 0) return i;
  }
  return text.length;
}

function parseSet(text: string, offset: number, options: CpuListOptions): CpuListResult {
  const start = offset + text.length - text.trimStart().length;
  const body = text.trim();
  const opens = body.startsWith('(');
  if (opens !== body.endsWith(')')) {
    return { error: 'a parenthesis has no partner', column: start + 1, fix: 'write (2,3)' };
  }
  const result = parseCpuList(opens ? body.slice(1, -1) : body, 'dpdk', options);
  if (result.error === undefined) return result;
  return { ...result, column: result.column + start + (opens ? 1 : 0) };
}
