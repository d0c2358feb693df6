/**
 * Fits the CPU lists of a booted command line to the CPUs that exist.
 *
 * The kernel takes lists that name CPUs beyond the machine and drops lists it cannot read; a plan
 * takes neither. What is dropped here is told.
 */
import { formatCpuList, parseCpuList } from '../base/cpulist.js';
import type { Diagnostic } from '../base/diagnostics.js';
import { type ListOnCmdline, readCmdline } from '../plan/commandLine.js';

/** Every CPU that a list on the line names; used to find out how large a host must be. */
export function cpusOfCmdline(cmdline: string): Set<number> {
  const cpus = new Set<number>();
  for (const word of wordsOf(cmdline)) {
    const list = listOf(word);
    if (list) for (const cpu of parse(list.text).cpus ?? []) cpus.add(cpu);
  }
  return cpus;
}

/** The CPUs that isolcpus= takes off the scheduler domains. */
export function domainIsolated(cmdline: string, cpus: readonly number[]): ReadonlySet<number> {
  const list = readCmdline(cmdline).isolatedDomain;
  return new Set(list ? parse(list.text, cpus.at(-1) ?? 0).cpus : []);
}

/**
 * The line with every list cut down to `cpus`; a list of which nothing is left loses its parameter.
 * `path` is where the line stands in the plan.
 */
export function fitCmdline(
  cmdline: string,
  cpus: readonly number[],
  path: string,
  diagnostics: Diagnostic[],
): string {
  const exists = new Set(cpus);
  const told = new Set<string>();
  const fitted: string[] = [];
  for (const word of wordsOf(cmdline)) {
    const list = listOf(word);
    const parsed = list && parse(list.text, cpus.at(-1) ?? 0);
    const kept = parsed?.cpus?.filter((cpu) => exists.has(cpu)) ?? [];
    if (!list || !parsed || (kept.length > 0 && kept.length === parsed.cpus?.length)) {
      fitted.push(word);
      continue;
    }
    const text = kept.length > 0 ? formatCpuList(kept, 'kernel') : undefined;
    if (text !== undefined) fitted.push(list.plain.slice(0, list.offset) + text);
    // Installers repeat parameters; one word on each is enough.
    if (told.has(word)) continue;
    told.add(word);
    const problem =
      parsed.error === undefined
        ? `names CPUs that the machine does not have (${list.text.slice(0, 60)})`
        : `has a list that the kernel cannot read (${parsed.error})`;
    diagnostics.push({
      code: 'import/cmdline-cpus',
      severity: 'warning',
      path,
      message: `${list.key}= ${problem}`,
      fix: text === undefined ? `left ${list.key}= out of the plan` : `the plan has ${text}`,
    });
  }
  return fitted.join(' ');
}

function parse(text: string, lastCpu?: number): { cpus?: readonly number[]; error?: string } {
  return parseCpuList(text, 'kernel', lastCpu === undefined ? {} : { lastCpu });
}

interface ListInWord extends ListOnCmdline {
  /** The word without quotes; `offset` counts in it. */
  readonly plain: string;
}

/** The CPU list of a parameter such as isolcpus=domain,2-7; undefined for every other word. */
function listOf(word: string): ListInWord | undefined {
  const plain = word.replaceAll('"', '');
  const facts = readCmdline(plain);
  const list =
    facts.isolatedDomain ??
    facts.isolcpusWithoutDomain ??
    facts.isolcpusNohz ??
    facts.nohzFull ??
    facts.rcuNocbs ??
    facts.irqaffinity;
  return list && { ...list, plain };
}

/** Words between blanks outside double quotes. */
function wordsOf(cmdline: string): string[] {
  const words: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= cmdline.length; at += 1) {
    if (cmdline[at] === '"') quoted = !quoted;
    const blank = at === cmdline.length || (!quoted && /\s/.test(cmdline[at]));
    if (!blank) continue;
    if (at > start) words.push(cmdline.slice(start, at));
    start = at + 1;
  }
  return words;
}
