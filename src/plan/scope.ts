/**
 * What the steps of normalization share for one kernel instance: its CPUs, the place of its part
 * of the document, and the collectors of problems and assumptions.
 */
import { formatCpuList, parseCpuList } from '../base/cpulist.js';
import type { Problems } from '../platform/problems.js';
import { formatPath, type Path } from '../platform/sourceTree.js';
import type { Assumption } from './normalized.js';

export class Scope {
  private readonly known: ReadonlySet<number>;

  constructor(
    readonly problems: Problems,
    readonly assumptions: Assumption[],
    /** Path of the host or guest in the document. */
    readonly path: Path,
    /** CPUs of this kernel instance, ascending. */
    readonly cpus: readonly number[],
    /** What the CPUs are called in messages: `the host` or `guest rt1`. */
    readonly owner: string,
  ) {
    this.known = new Set(cpus);
  }

  /** Records a default that no file stated. */
  assume(path: Path, reason: string): void {
    this.assumptions.push({ path: formatPath([...this.path, ...path]), reason });
  }

  /**
   * Reads a CPU list of this kernel instance, ascending; faults are reported at `path` (absolute)
   * and give an empty list. `offset` is where the list begins in the text at `path`, `parameter`
   * the word of a command line that it belongs to.
   */
  readCpus(text: string, path: Path, offset = 0, parameter = ''): readonly number[] {
    const list = parseCpuList(text, 'kernel', { lastCpu: this.cpus.at(-1) ?? 0 });
    if (list.error !== undefined) {
      const at = offset + (list.column ?? 1) - 1;
      const fix = list.fix ?? 'write CPUs as in 0-3,8';
      this.problems.error('plan/cpu-list', path, list.error, fix, at);
      return [];
    }
    if (list.cpus.length === 0) {
      this.problems.error('plan/empty-cpus', path, 'the CPU list is empty', 'name a CPU', offset);
      return [];
    }
    // A topology at fault is reported once, where it is written.
    if (this.cpus.length === 0) return [];
    const outside = list.cpus.filter((cpu) => !this.known.has(cpu));
    if (outside.length === 0) return list.cpus;
    const shown = formatCpuList(outside.slice(0, 64), 'kernel');
    const where = parameter ? `${parameter}=: ` : '';
    const message = `${where}CPU ${shown} ${outside.length === 1 ? 'is' : 'are'} not in ${this.owner}`;
    const fix = `use CPUs of ${formatCpuList(this.cpus, 'kernel')}`;
    this.problems.error('plan/cpu-outside', path, message, fix, offset);
    return [];
  }
}

/** `a` without `b`, ascending. */
export function without(a: readonly number[], b: readonly number[]): readonly number[] {
  const drop = new Set(b);
  return a.filter((cpu) => !drop.has(cpu));
}
