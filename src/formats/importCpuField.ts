/** CPU sets as a plan shows them. */
import { formatCpuList } from '../base/cpulist.js';

/** Threads often share one array of hundreds of CPUs; each array is written once. */
const written = new WeakMap<readonly number[], string | number>();

/** A list in the kernel's dialect; one CPU is a number, since a quoted number is hard to read. */
export function cpuField(cpus: readonly number[]): string | number {
  const known = written.get(cpus);
  if (known !== undefined) return known;
  const field = cpus.length === 1 ? cpus[0] : formatCpuList(cpus, 'kernel');
  written.set(cpus, field);
  return field;
}
