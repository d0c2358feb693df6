/** Sets of CPUs as ascending arrays, and as the text that stands in plans and messages. */
import { formatCpuList, parseCpuList } from '../base/cpulist.js';

/**
 * The CPUs of a list, in the kernel's dialect; a list that cannot be read names none.
 *
 * @example cpusIn('2-N', 7) // [2, 3, 4, 5, 6, 7]
 */
export function cpusIn(list: string | number, lastCpu = 0): readonly number[] {
  const read = parseCpuList(String(list), 'kernel', { lastCpu });
  return read.error === undefined ? read.cpus : [];
}

/**
 * CPUs as a list, in the words of a sentence.
 *
 * @example cpuText([4, 5, 8]) // "4-5,8"
 */
export const cpuText = (cpus: Iterable<number>): string => formatCpuList(cpus, 'kernel');

/**
 * CPUs with the word for them, singular or plural.
 *
 * @example cpusText('pCPU', [4]) // "pCPU 4"
 */
export const cpusText = (word: string, cpus: readonly number[]): string =>
  `${word}${cpus.length === 1 ? '' : 's'} ${cpuText(cpus)}`;

/** `a` without `b`, in the order of `a`. */
export function difference(a: readonly number[], b: Iterable<number>): number[] {
  const drop = new Set(b);
  return a.filter((cpu) => !drop.has(cpu));
}

/** The part of `a` that is in `b`, in the order of `a`. */
export function intersection(a: readonly number[], b: Iterable<number>): number[] {
  const keep = new Set(b);
  return a.filter((cpu) => keep.has(cpu));
}

/** Both together, ascending. */
export const union = (a: Iterable<number>, b: Iterable<number>): number[] =>
  [...new Set([...a, ...b])].sort((x, y) => x - y);
