/**
 * Edits of a kernel command line that leave every other word where it is. The kernel takes the last
 * of most parameters and the first list of isolcpus= and nohz_full=; repeats are made one.
 */
import { type CmdlineToken, tokenizeCmdline } from '../plan/commandLine.js';
import { cpusIn, cpuText, difference, union } from './cpuSets.js';

/**
 * Sets a parameter: the first of its name is changed, repeats go, a missing one comes last, before
 * the arguments of init.
 *
 * @example setParameter('quiet idle=halt', 'idle', 'poll') // "quiet idle=poll"
 */
export function setParameter(line: string, key: string, value?: string): string {
  const word = value === undefined ? key : `${key}=${value}`;
  const tokens = tokenizeCmdline(line).filter((token) => token.key === key);
  if (tokens.length === 0) return append(line, word);
  const [first, ...repeats] = tokens;
  let edited = line;
  for (const token of repeats.reverse()) edited = cut(edited, token);
  return edited.slice(0, first.offset) + word + edited.slice(wordEnd(edited, first.offset));
}

/** Takes out the words that `matches` accepts. */
export function removeWords(line: string, matches: (token: CmdlineToken) => boolean): string {
  let edited = line;
  for (const token of tokenizeCmdline(line).filter(matches).reverse()) edited = cut(edited, token);
  return edited;
}

export interface ListChange {
  readonly add?: readonly number[];
  readonly remove?: readonly number[];
}

/** Flags of an isolcpus= that is written anew; without any it would not cover managed interrupts. */
const NEW_FLAGS = 'domain,managed_irq,';

/**
 * Adds CPUs to the list of a parameter or takes some out; the flags of isolcpus= stay. An empty list
 * takes the parameter off the line.
 *
 * @example changeList('isolcpus=domain,2-3', 'isolcpus', { add: [4] }, 7) // "isolcpus=domain,2-4"
 */
export function changeList(line: string, key: string, change: ListChange, lastCpu: number): string {
  const tokens = tokenizeCmdline(line).filter((token) => token.key === key && token.value);
  const value = tokens[0]?.value;
  const flags = key === 'isolcpus' ? (/^(?:[a-z_]+,)*/.exec(value ?? '')?.[0] ?? '') : '';
  const text = (value ?? '').slice(flags.length);
  const before = text === '' ? [] : cpusIn(text, lastCpu);
  const after = difference(union(before, change.add ?? []), change.remove ?? []);
  if (after.length === 0) return removeWords(line, (token) => token.key === key);
  const fresh = key === 'isolcpus' && value === undefined ? NEW_FLAGS : flags;
  return setParameter(line, key, fresh + cpuText(after));
}

/**
 * Gives the isolcpus= of a line a flag more; one without flags means `domain`.
 *
 * @example addIsolcpusFlag('isolcpus=2-3', 'managed_irq') // "isolcpus=domain,managed_irq,2-3"
 */
export function addIsolcpusFlag(line: string, flag: 'domain' | 'managed_irq'): string {
  const token = tokenizeCmdline(line).find(({ key, value }) => key === 'isolcpus' && value);
  if (token?.value === undefined) return line;
  const flags = (/^(?:[a-z_]+,)*/.exec(token.value)?.[0] ?? '').split(',').filter(Boolean);
  const list = token.value.slice(flags.join(',').length).replace(/^,/, '');
  const known = new Set(flags.length === 0 ? ['domain'] : flags).add(flag);
  // In the order in which everybody writes them.
  const ordered = [...known].sort((a, b) => (a < b ? -1 : 1));
  return setParameter(line, 'isolcpus', [...ordered, list].join(','));
}

function append(line: string, word: string): string {
  const tokens = tokenizeCmdline(line);
  const last = tokens.at(-1);
  if (last === undefined) return line.trim() === '' ? word : `${word} ${line.trimStart()}`;
  const end = wordEnd(line, last.offset);
  return `${line.slice(0, end)} ${word}${line.slice(end)}`;
}

function cut(line: string, token: CmdlineToken): string {
  const rest = line.slice(wordEnd(line, token.offset));
  const before = line.slice(0, token.offset);
  return before === '' ? rest.trimStart() : before.trimEnd() + rest;
}

/** Where the word that begins at `start` ends: at the next blank outside double quotes. */
function wordEnd(line: string, start: number): number {
  let quoted = false;
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(line[at])) return at;
  }
  return line.length;
}
