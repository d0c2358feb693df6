/** Reads single values that users write as text, and says what is wrong with them. */
import { parseDuration } from '../base/units.js';
import type { PathPart } from './sourceTree.js';

/** A fault inside a value; `at` leads from the value to the part at fault. */
export interface ValueFault {
  readonly message: string;
  readonly fix: string;
  readonly at?: readonly PathPart[];
}

/** One duration in ns; cycles are rounded to the nearest ns. */
export function parseTime(text: unknown, tscMHz?: number): number | ValueFault {
  if (typeof text === 'number') {
    const message = `${text} has no unit`;
    return { message, fix: `write ${text}ns, ${text}us or ${text}ms` };
  }
  if (typeof text !== 'string') {
    return { message: `expected a duration, not ${nameOf(text)}`, fix: 'write it as in 50us' };
  }
  const cycles = /^([0-9]{1,12}) ?cycles$/.exec(text.trim());
  if (cycles && tscMHz === undefined) {
    return { message: 'cycles have no meaning here', fix: 'write the duration in ns or us' };
  }
  if (cycles && tscMHz !== undefined) return Math.round((Number(cycles[1]) * 1000) / tscMHz);
  const ns = parseDuration(text);
  if (typeof ns === 'number') return ns;
  return { message: ns, fix: 'write a number and a unit, as in 50us (ns, us, ms, s, min, h)' };
}

/** `p99.9` -> 0.999, exactly as written; undefined outside (0, 100). */
export function parsePercentile(key: string): number | undefined {
  const match = /^p([0-9]{1,2})(?:\.([0-9]{1,9}))?$/.exec(key);
  if (!match) return undefined;
  const p = Number(`0.${match[1].padStart(2, '0')}${match[2] ?? ''}`);
  return p > 0 && p < 1 ? p : undefined;
}

/** `text "x"`, `a list`, ...: how a message names a value. */
export function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string')
    return `text "${value.length > 40 ? `${value.slice(0, 40)}...` : value}"`;
  return String(value);
}
