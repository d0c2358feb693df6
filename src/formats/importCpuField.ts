/** CPU sets as a plan shows them. */
import { formatCpuList } from '../base/cpulist.js';

/** A list in the kernel's dialect; one CPU is a number, since a quoted number is hard to read. */
export function cpuField(cpus: readonly number[]): string | number {
  return cpus.length === 1 ? cpus[0] : formatCpuList(cpus, 'kernel');
}
