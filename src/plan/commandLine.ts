/**
 * What a kernel command line means for a plan. Covers isolcpus, nohz_full, rcu_nocbs, irqaffinity,
 * idle and C-state limits, mitigations, threadirqs, preempt and the switch of KVM's L1D flush.
 * Everything else is left to the importers. Source: kernel-parameters, kernel/sched/isolation.c
 * of 6.12, drivers/idle/intel_idle.c.
 */

import { type CmdlineSlip, cmdlineSlip } from './cmdlineSlips.js';

/** One token; `offset` counts characters into the line. */
export interface CmdlineToken {
  readonly key: string;
  /** Undefined for a bare word. */
  readonly value?: string;
  readonly offset: number;
  /** Where the value begins. */
  readonly valueOffset: number;
}

/** Splits at blanks outside double quotes; stops at `--`, after which init's arguments begin. */
export function tokenizeCmdline(line: string): CmdlineToken[] {
  const tokens: CmdlineToken[] = [];
  let at = 0;
  while (at < line.length) {
    if (isBlank(line[at])) {
      at++;
      continue;
    }
    const start = at;
    let quoted = false;
    while (at < line.length && (quoted || !isBlank(line[at]))) {
      if (line[at] === '"') quoted = !quoted;
      at++;
    }
    const word = line.slice(start, at);
    if (word === '--') break;
    const equals = word.indexOf('=');
    // To the kernel dash and underscore are the same in a name.
    const name = equals < 0 ? word : word.slice(0, equals);
    const key = name.replaceAll('"', '').replaceAll('-', '_');
    const value = equals < 0 ? undefined : word.slice(equals + 1).replaceAll('"', '');
    tokens.push({ key, value, offset: start, valueOffset: start + equals + 1 });
  }
  return tokens;
}

const isBlank = (c: string) => c === ' ' || c === '\t' || c === '\n' || c === '\r';

/** A CPU list found on the line, still text. */
export interface ListOnCmdline {
  readonly key: string;
  readonly text: string;
  readonly offset: number;
}

export interface CmdlineFacts {
  readonly isolatedDomain?: ListOnCmdline;
  /** isolcpus with flags, none of which is `domain`: isolates no CPU from the scheduler. */
  readonly isolcpusWithoutDomain?: ListOnCmdline;
  /** isolcpus with the flag `nohz`: stops the tick, but is no nohz_full for timers. */
  readonly isolcpusNohz?: ListOnCmdline;
  /** isolcpus with the flag `managed_irq`: managed interrupts avoid them if they can. */
  readonly isolcpusManaged?: ListOnCmdline;
  readonly nohzFull?: ListOnCmdline;
  readonly rcuNocbs?: ListOnCmdline;
  readonly irqaffinity?: ListOnCmdline;
  /** Second isolcpus= or nohz_full= with another list: the kernel ignores it. */
  readonly ignored: readonly ListOnCmdline[];
  readonly unknownIsolcpusFlags: ReadonlyArray<{ readonly flag: string; readonly offset: number }>;
  /** Names and values that are likely slips. */
  readonly slips: ReadonlyArray<CmdlineSlip & { readonly offset: number }>;
  /** nohz=off: the tick never stops, and nohz_full= is void. */
  readonly nohzOff: boolean;
  readonly idle?: string;
  readonly intelIdleMaxCstate?: number;
  readonly processorMaxCstate?: number;
  readonly mitigationsOff: boolean;
  readonly l1tfOff: boolean;
  readonly threadirqs: boolean;
  /** Every word as it stands, `name` or `name=value`, names with underscores. */
  readonly words: ReadonlySet<string>;
  readonly preempt?: string;
  /** rcutree.kthread_prio: FIFO priority of rcuc and rcub threads. */
  readonly rcuKthreadPriority?: number;
}

const ISOLCPUS_FLAGS = ['domain', 'managed_irq', 'nohz'];

/** Reads the facts; later tokens win unless the kernel takes the first. */
export function readCmdline(line: string): CmdlineFacts {
  const tokens = tokenizeCmdline(line);
  const last = (key: string) => tokens.findLast((t) => t.key === key)?.value;
  const list = (key: string): ListOnCmdline | undefined => {
    const token = tokens.findLast((t) => t.key === key && t.value);
    return token && { key, text: token.value ?? '', offset: token.valueOffset };
  };
  const nohz = firstWins(tokens, 'nohz_full');
  const l1dFlush = last('kvm_intel.vmentry_l1d_flush');
  const isolcpus = readIsolcpus(tokens);
  return {
    ...isolcpus,
    nohzFull: nohz.taken,
    rcuNocbs: list('rcu_nocbs'),
    irqaffinity: list('irqaffinity'),
    ignored: [...isolcpus.ignored, ...nohz.ignored],
    slips: tokens.flatMap(({ key, value, offset }) => {
      const slip = cmdlineSlip(key, value);
      return slip ? [{ ...slip, offset }] : [];
    }),
    nohzOff: last('nohz') === 'off',
    idle: last('idle'),
    intelIdleMaxCstate: wholeNumber(last('intel_idle.max_cstate')),
    processorMaxCstate: wholeNumber(last('processor.max_cstate')),
    mitigationsOff: last('mitigations') === 'off',
    l1tfOff: last('l1tf') === 'off' || l1dFlush === 'never',
    threadirqs: tokens.some((t) => t.key === 'threadirqs'),
    preempt: last('preempt'),
    words: new Set(tokens.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`))),
    rcuKthreadPriority: wholeNumber(last('rcutree.kthread_prio')),
  };
}

const wholeNumber = (text?: string) =>
  text !== undefined && /^[0-9]{1,3}$/.test(text) ? Number(text) : undefined;

/** The kernel keeps the first list of a kind and warns about a second that differs. */
function firstWins(tokens: readonly CmdlineToken[], key: string) {
  const lists = tokens
    .filter((t) => t.key === key && t.value)
    .map((t) => ({ key, text: t.value ?? '', offset: t.valueOffset }));
  const [taken, ...others] = lists;
  return { taken, ignored: others.filter((other) => other.text !== taken.text) };
}

function readIsolcpus(tokens: readonly CmdlineToken[]) {
  const first: Record<string, ListOnCmdline> = {};
  const ignored: ListOnCmdline[] = [];
  const unknownIsolcpusFlags: { flag: string; offset: number }[] = [];
  for (const token of tokens) {
    if (token.key !== 'isolcpus' || !token.value) continue;
    const { flags, unknown, list } = splitFlags(token.value, token.valueOffset);
    unknownIsolcpusFlags.push(...unknown);
    // Without a flag the kernel means `domain`; with flags it means just these.
    const kinds = flags.length === 0 ? ['domain'] : flags;
    const shown = { key: 'isolcpus', ...list };
    if (!kinds.includes('domain')) kinds.push('noDomain');
    for (const kind of kinds) {
      first[kind] ??= shown;
      if (kind === 'domain' && first.domain.text !== shown.text) ignored.push(shown);
    }
  }
  return {
    isolatedDomain: first.domain,
    isolcpusWithoutDomain: first.domain ? undefined : first.noDomain,
    isolcpusNohz: first.nohz,
    isolcpusManaged: first.managed_irq,
    ignored,
    unknownIsolcpusFlags,
  };
}

/** `managed_irq,domain,4-31` -> flags and list; a flag begins with a letter that is no `N`/`all`. */
function splitFlags(value: string, offset: number) {
  const flags: string[] = [];
  const unknown: { flag: string; offset: number }[] = [];
  let at = 0;
  for (;;) {
    const comma = value.indexOf(',', at);
    const item = comma < 0 ? value.slice(at) : value.slice(at, comma);
    if (!/^[a-z]/.test(item) || item.startsWith('all')) break;
    if (ISOLCPUS_FLAGS.includes(item)) flags.push(item);
    else unknown.push({ flag: item, offset: offset + at });
    if (comma < 0) {
      at = value.length;
      break;
    }
    at = comma + 1;
  }
  return { flags, unknown, list: { text: value.slice(at), offset: offset + at } };
}
