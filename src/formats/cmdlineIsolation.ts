/**
 * What `isolcpus=` and `nohz_full=` come to, applied in order as the kernel does.
 * Source: Linux kernel/sched/isolation.c housekeeping_setup and kernel/time/tick-sched.c
 * tick_nohz_init: flags replace the default `domain`; a later list for a type that is already set
 * is dropped whole unless it is the same; the boot CPU keeps its tick.
 * Leaves out: the check for a housekeeping CPU that is present but not named, and the boot CPU not
 * being CPU 0.
 */
import { formatCpuList, parseCpuList } from '../base/cpulist.js';
import type { Diagnostic } from '../base/diagnostics.js';
import type { CmdlineToken } from './cmdlineTokens.js';

type IsolationType = 'domain' | 'managed_irq' | 'nohz';

export interface Isolation {
  /** Taken out of scheduling domains: `isolcpus=domain,...` or no flag. */
  readonly domain: readonly number[];
  /** Managed interrupts avoid them: `isolcpus=managed_irq,...`. */
  readonly managedIrq: readonly number[];
  /** The tick may stop on them: `nohz_full=` or `isolcpus=nohz,...`, without the boot CPU. */
  readonly nohzFull: readonly number[];
}

export interface IsolationReading {
  readonly isolation: Isolation;
  readonly diagnostics: readonly Diagnostic[];
  /** Tokens without effect, by index, with the reason. */
  readonly dropped: ReadonlyMap<number, string>;
}

/** Applies the `isolcpus` and `nohz_full` tokens of a command line, in order. */
export function readIsolation(
  tokens: readonly CmdlineToken[],
  lastCpu: number | undefined,
): IsolationReading {
  const set = new Map<IsolationType, readonly number[]>();
  const diagnostics: Diagnostic[] = [];
  const dropped = new Map<number, string>();
  const drop = (token: CmdlineToken, code: string, message: string, fix?: string): void => {
    dropped.set(token.index, message);
    diagnostics.push(warning(token, code, message, fix));
  };
  for (const token of tokens) {
    if (token.key !== 'isolcpus' && token.key !== 'nohz_full') continue;
    const flagged = readFlags(token);
    if ('problem' in flagged) {
      drop(token, 'cmdline/isolcpus-flag', flagged.problem, flagged.fix);
      continue;
    }
    for (const flag of flagged.unknown) {
      const message = `the kernel skips the unknown flag "${flag}"`;
      diagnostics.push(warning(token, 'cmdline/isolcpus-flag', message, FLAGS_FIX));
    }
    const list = parseCpuList(flagged.list, 'kernel', { lastCpu });
    if (list.error !== undefined) {
      drop(token, 'cmdline/cpu-list', `${list.error}: the kernel ignores this parameter`, list.fix);
    } else if (list.cpus.length === 0) {
      const message = 'names no CPU, so nothing is isolated by it';
      drop(token, 'cmdline/empty-list', message, 'write the CPUs or remove the parameter');
    } else {
      const clash = flagged.types.find((type) => differs(set.get(type), list.cpus));
      if (clash) {
        const first = formatCpuList(set.get(clash) ?? [], 'kernel');
        const message = `the kernel ignores this list: ${clash} is already set to ${first}, and the first one counts`;
        drop(token, 'cmdline/isolation-conflict', message, 'write one list');
      } else {
        for (const type of flagged.types) set.set(type, list.cpus);
        const told = diagnostics.some((d) => d.code === CPU0_CODE);
        if (list.cpus[0] === 0 && !told) diagnostics.push(warning(token, CPU0_CODE, CPU0));
      }
    }
  }
  const nohz = set.get('nohz') ?? [];
  return {
    isolation: {
      domain: set.get('domain') ?? [],
      managedIrq: set.get('managed_irq') ?? [],
      nohzFull: nohz.filter((cpu) => cpu !== 0),
    },
    diagnostics,
    dropped,
  };
}

const CPU0_CODE = 'cmdline/cpu0-isolated';
const CPU0 =
  'CPU 0 is isolated: it boots the machine, keeps its tick and takes what has no affinity';
const FLAGS_FIX = 'the flags are nohz, domain and managed_irq, each followed by a comma';

function warning(token: CmdlineToken, code: string, message: string, fix?: string): Diagnostic {
  return {
    code,
    severity: 'warning',
    path: token.key,
    message,
    ...(fix === undefined ? {} : { fix }),
    place: token.place,
  };
}

function differs(set: readonly number[] | undefined, cpus: readonly number[]): boolean {
  if (!set) return false;
  return set.length !== cpus.length || set.some((cpu, i) => cpu !== cpus[i]);
}

interface Flagged {
  readonly types: readonly IsolationType[];
  readonly unknown: readonly string[];
  readonly list: string;
}

/** Splits `managed_irq,domain,2-7`. Whatever starts with a letter is a flag, even `all` and `N`. */
function readFlags(token: CmdlineToken): Flagged | { problem: string; fix: string } {
  let rest = token.value ?? '';
  if (token.key === 'nohz_full') return { types: ['nohz'], unknown: [], list: rest };
  const types = new Set<IsolationType>();
  const unknown: string[] = [];
  while (/^[a-z]/i.test(rest)) {
    const comma = rest.indexOf(',');
    const flag = comma < 0 ? rest : rest.slice(0, comma);
    if (comma >= 0 && (flag === 'nohz' || flag === 'domain' || flag === 'managed_irq')) {
      types.add(flag);
    } else if (/[^a-z_]/i.test(flag)) {
      const problem = `"${flag}" is taken for a flag and is none: the kernel ignores this parameter`;
      return { problem, fix: FLAGS_FIX };
    } else unknown.push(flag);
    rest = comma < 0 ? '' : rest.slice(comma + 1);
  }
  if (types.size === 0) types.add('domain');
  return { types: [...types], unknown, list: rest };
}
