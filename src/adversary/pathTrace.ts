/** The last steps of a run with their programs, from which a search learns what to align. */
import type { TraceSink } from '../engine/program.js';
import type { BuiltPart } from '../simulation/build.js';

export interface TracedStep {
  /** Owner and program, as in `host/irq/eth0/irq`. */
  readonly program: string;
  /** As in `lock axes acquire`. */
  readonly step: string;
  readonly fromNs: number;
}

const STEPS_KEPT = 20_000;

export class PathTrace implements TraceSink {
  private readonly programs: readonly string[];
  private readonly names: readonly string[];
  private readonly pc = new Int32Array(STEPS_KEPT);
  private readonly fromNs = new Float64Array(STEPS_KEPT);
  private count = 0;

  constructor({ m }: BuiltPart) {
    this.programs = m.program.programs;
    this.names = m.program.names;
  }

  step(
    kind: 'begin' | 'resume' | 'pause' | 'end',
    atNs: number,
    _lane: number,
    _frame: number,
    pc: number,
  ): void {
    if (kind !== 'begin' && kind !== 'resume') return;
    const at = this.count++ % STEPS_KEPT;
    this.pc[at] = pc;
    this.fromNs[at] = atNs;
  }

  /** Oldest first. */
  steps(): TracedStep[] {
    const kept = Math.min(this.count, STEPS_KEPT);
    return Array.from({ length: kept }, (_, i) => {
      const at = (this.count - kept + i) % STEPS_KEPT;
      const pc = this.pc[at];
      return { program: this.programs[pc], step: this.names[pc], fromNs: this.fromNs[at] };
    });
  }
}
