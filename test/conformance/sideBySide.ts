/** Two sequences beside each other, from where they part. */
import { beginMsOf, orderOf } from './sequence.js';

/** Index of the first line in which they differ; -1: they are the same. */
export function firstDifference(
  recorded: readonly string[],
  simulated: readonly string[],
  withinMs?: number,
): number {
  const length = Math.max(recorded.length, simulated.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [recorded[i] ?? '', simulated[i] ?? ''];
    if (orderOf(a) !== orderOf(b)) return i;
    if (withinMs !== undefined && Math.abs(beginMsOf(a) - beginMsOf(b)) > withinMs) return i;
  }
  return -1;
}

/** A table of both, the first difference marked. */
export function sideBySide(
  recorded: readonly string[],
  simulated: readonly string[],
  difference: number,
): string {
  const width = Math.max(20, ...recorded.map((line) => line.length));
  const length = Math.max(recorded.length, simulated.length);
  const rows = Array.from({ length }, (_, i) => {
    const mark = i === difference ? '>' : ' ';
    return `${mark} ${(recorded[i] ?? '').padEnd(width)}  ${simulated[i] ?? ''}`;
  });
  return [`  ${'recorded'.padEnd(width)}  simulated`, ...rows].join('\n');
}
