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
export function cpusOfCmdline(cmdline: string, lastCpu?: number): Set<number> {
  const cpus = new Set<number>();
  for (const list of listsOf(cmdline)) {
    for (const cpu of parse(list.text, lastCpu).cpus ?? []) cpus.add(cpu);
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
  let line = cmdline;
  // From the back, so that earlier offsets stay true.
  for (const list of listsOf(cmdline).sort((a, b) => b.offset - a.offset)) {
    if (!line.startsWith(list.text, list.offset)) continue;
    const parsed = parse(list.text, cpus.at(-1) ?? 0);
    const kept = parsed.cpus?.filter((cpu) => exists.has(cpu)) ?? [];
    if (parsed.cpus && kept.length === parsed.cpus.length && kept.length > 0) continue;
    const text = kept.length > 0 ? formatCpuList(kept, 'kernel') : undefined;
    diagnostics.push({
      code: 'import/cmdline-cpus',
      severity: 'warning',
      path,
      message:
        parsed.error === undefined
          ? `${list.key}= names CPUs that the machine does not have (${list.text.slice(0, 60)})`
          : `${list.key}= has a list that the kernel cannot read (${parsed.error})`,
      fix: text === undefined ? `left ${list.key}= out of the plan` : `the plan has ${text}`,
    });
    line =
      text === undefined
        ? dropToken(line, list.offset)
        : line.slice(0, list.offset) + text + line.slice(list.offset + list.text.length);
  }
  return line;
}

function parse(text: string, lastCpu?: number): { cpus?: readonly number[]; error?: string } {
  return parseCpuList(text, 'kernel', lastCpu === undefined ? {} : { lastCpu });
}

function listsOf(cmdline: string): ListOnCmdline[] {
  const facts = readCmdline(cmdline);
  const lists = [
    facts.isolatedDomain,
    facts.isolcpusWithoutDomain,
    facts.isolcpusNohz,
    facts.nohzFull,
    facts.rcuNocbs,
    facts.irqaffinity,
    ...facts.ignored,
  ];
  const byOffset = new Map<number, ListOnCmdline>();
  for (const list of lists) if (list && list.text !== '') byOffset.set(list.offset, list);
  return [...byOffset.values()];
}

/** Without the blank-separated token around `offset`. */
function dropToken(line: string, offset: number): string {
  const start = line.lastIndexOf(' ', offset) + 1;
  const end = line.indexOf(' ', offset);
  return (line.slice(0, start) + (end < 0 ? '' : line.slice(end + 1))).trim();
}
