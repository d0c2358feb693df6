/**
 * Numbers, ranges and strides of a CPU list text, read at a cursor.
 * What is allowed is in the rules of the dialect; every problem carries its column.
 */
import type { DialectRules } from './cpulistDialects.js';

export interface ListError {
  readonly error: string;
  readonly column: number;
  readonly fix?: string;
  /** The text excludes CPUs in a way that this dialect cannot: a plain list would help. */
  readonly exclusion?: true;
}

export function isListError(value: object): value is ListError {
  return 'error' in value;
}

export interface Cursor {
  readonly text: string;
  readonly rules: DialectRules;
  readonly lastCpu: number | undefined;
  at: number;
}

export function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t' || c === '\n' || c === '\r';
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

export function skipBlanks(cursor: Cursor): void {
  if (!cursor.rules.blanks && !cursor.rules.spaceSeparates) return;
  while (isBlank(cursor.text[cursor.at])) cursor.at += 1;
}

export function unexpected(cursor: Cursor, c: string): ListError {
  const column = cursor.at + 1;
  const shown = JSON.stringify(c);
  if (c === '^' || c === '!') {
    return { error: `${shown}: this list cannot exclude CPUs here`, column, exclusion: true };
  }
  if (c === ':') {
    const error =
      cursor.rules.stride === 'none'
        ? 'this list has no strides'
        : 'a stride follows a range, as in 0-7:2';
    return { error, column, fix: 'write the numbers one by one' };
  }
  if (isBlank(c)) return { error: 'a space is not allowed here', column, fix: 'remove the space' };
  if (c === '-') return { error: 'a range has two ends, a CPU number is never negative', column };
  return { error: `${shown} is neither a CPU number nor a separator`, column };
}

interface Ends {
  readonly ends: readonly [number, number];
  readonly isRange: boolean;
}

export function scanRange(cursor: Cursor): Ends | ListError {
  const { text, rules } = cursor;
  if (rules.all && /^all$/i.test(text.slice(cursor.at, cursor.at + 3))) {
    if (cursor.lastCpu === undefined) return needsLastCpu(cursor, 'all');
    cursor.at += 3;
    return { ends: [0, cursor.lastCpu], isRange: true };
  }
  const first = scanNumber(cursor);
  if (typeof first !== 'number') return first;
  const end = cursor.at;
  if (rules.blanks) skipBlanks(cursor);
  if (text[cursor.at] !== '-') {
    cursor.at = end;
    return { ends: [first, first], isRange: false };
  }
  cursor.at += 1;
  if (rules.blanks) skipBlanks(cursor);
  const last = scanNumber(cursor);
  return typeof last === 'number' ? { ends: [first, last], isRange: true } : last;
}

function needsLastCpu(cursor: Cursor, word: string): ListError {
  const error = `"${word}" needs the number of the last CPU, which is not known here`;
  return { error, column: cursor.at + 1, fix: 'write the numbers' };
}

function scanNumber(cursor: Cursor): number | ListError {
  const { text, rules } = cursor;
  if (rules.lastCpuLetter && text[cursor.at] === 'N') {
    if (cursor.lastCpu === undefined) return needsLastCpu(cursor, 'N');
    cursor.at += 1;
    return cursor.lastCpu;
  }
  const start = cursor.at;
  while (isDigit(text[cursor.at])) cursor.at += 1;
  if (cursor.at > start) {
    // Nine digits stay exact; more are beyond every limit anyway.
    return Number(text.slice(start, Math.min(cursor.at, start + 15)));
  }
  const c = text[cursor.at];
  if (c === undefined)
    return { error: 'the list ends where a CPU number must stand', column: start + 1 };
  return unexpected(cursor, c);
}

export function scanStride(cursor: Cursor): { used: number; group: number } | ListError {
  const { text, rules } = cursor;
  if (text[cursor.at] !== ':' || rules.stride === 'none') return { used: 1, group: 1 };
  const column = cursor.at + 1;
  cursor.at += 1;
  const first = scanNumber(cursor);
  if (typeof first !== 'number') return first;
  if (rules.stride === 'every') {
    if (first === 0) return { error: 'a stride of 0 never ends', column };
    return { used: 1, group: first };
  }
  if (text[cursor.at] !== '/') {
    return {
      error: 'a stride of the kernel is used/group, as in 0-31:2/4',
      column,
      fix: `write :1/${first}`,
    };
  }
  cursor.at += 1;
  const group = scanNumber(cursor);
  if (typeof group !== 'number') return group;
  if (group === 0) return { error: 'a group of 0 CPUs never ends', column };
  if (first > group) return { error: `${first} of a group of ${group} is too many`, column };
  return { used: first, group };
}
