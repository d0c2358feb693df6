/**
 * Programs as tables of steps. A step is a cost law with its random stream, the cause that its
 * time is charged to, what it lets through (interrupts, rescheduling), and an action at its end.
 */
import type { Law } from '../base/law.js';
import type { CostSources } from './costSources.js';
import type { Action } from './program.js';

/** Attention bits: what a CPU wants, and what a step lets through. */
export const ACCEPT_IRQ = 1;
export const ACCEPT_RESCHED = 2;
/** User code: whatever comes is let through. */
export const ACCEPT_ALL = ACCEPT_IRQ | ACCEPT_RESCHED;

/** How long a step takes: by a law, not at all, for ever, or as long as its program computed. */
export type Duration = Law | 'zero' | 'dynamic';

export interface StepSpec<M> {
  /** Mark of the primitive, as in `C_EXIT`. */
  readonly name: string;
  /** Kernel function that this step stands for. */
  readonly kernelFunction?: string;
  readonly duration: Duration;
  readonly cause: string;
  /** Bits of ACCEPT_*: what may interrupt this step. */
  readonly accepts: number;
  /** What happens at the end; absent: the next step follows. */
  readonly action?: Action<M>;
  /** Free integer for the action. */
  readonly argument?: number;
}

/** Goes on with the next step. */
export const next: Action<unknown> = (_machine, _frame, pc) => pc + 1;

/** Cost of a step that takes no time at all, and of one whose length its program computes. */
export const COST_ZERO = -1;
const COST_DYNAMIC = -2;

/** Number of the action {@link next}: the loop knows it and calls nothing. */
export const ACTION_NEXT = 0;

/** FNV-1a: identity of a step in the fingerprint, from its names alone. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** Columns of a step's row: its word, the source of its duration, the action's argument, its identity. */
export const STEP_WORD = 0;
export const STEP_COST = 1;
export const STEP_ARGUMENT = 2;
export const STEP_IDENTITY = 3;
export const STEP_ROW = 4;

/**
 * A step's word: what it accepts, whether it takes time, its action and its cause in one integer, since
 * the loop that runs the steps needs them all at once.
 */
export const WORD_ACCEPTS = 3;
/** Set: the step takes no time at all. */
export const WORD_ZERO = 4;
export const WORD_ACTION_SHIFT = 3;
export const WORD_ACTION = 1023;
export const WORD_CAUSE_SHIFT = 13;
const CAUSES_MAX = 1 << (31 - WORD_CAUSE_SHIFT);

/** The sealed steps. */
export interface StepTable {
  /** A row of STEP_ROW integers a step. */
  readonly rows: Int32Array;
  readonly names: readonly string[];
  readonly kernelFunctions: ReadonlyArray<string | undefined>;
  readonly programs: readonly string[];
}

/** Collects programs while a part is built. */
export class StepTableBuilder<M> {
  readonly causes: string[] = [];
  readonly actions: Array<Action<M>> = [];
  private readonly causeIndex = new Map<string, number>();
  private readonly actionIndex = new Map<Action<M>, number>();
  private readonly rows: Array<{
    spec: StepSpec<M>;
    program: string;
    cost: number;
  }> = [];
  private readonly costs: CostSources;

  /** `first` get the numbers 0, 1, ...: `next` must lead them. */
  constructor(costs: CostSources, first: ReadonlyArray<Action<M>> = [next]) {
    this.costs = costs;
    for (const action of first) this.actionOf(action);
  }

  /** Number of the next step: a label. */
  get here(): number {
    return this.rows.length;
  }

  /**
   * Appends the steps of one program of entity `owner` (a path in the plan); returns the number of
   * its first step. Steps with a law draw from the stream `owner/program/name`.
   */
  program(owner: string, program: string, steps: ReadonlyArray<StepSpec<M>>): number {
    const start = this.rows.length;
    for (const spec of steps) {
      const cost = this.costOf(spec.duration, `${owner}/${program}/${spec.name}`);
      this.rows.push({ spec, program: `${owner}/${program}`, cost });
    }
    return start;
  }

  cause(name: string): number {
    const known = this.causeIndex.get(name);
    if (known !== undefined) return known;
    this.causeIndex.set(name, this.causes.length);
    return this.causes.push(name) - 1;
  }

  seal(): StepTable {
    const { rows } = this;
    return {
      rows: Int32Array.from(
        rows.flatMap(({ spec, program, cost }) => [
          this.wordOf(spec, cost),
          cost,
          spec.argument ?? 0,
          hashText(`${program}/${spec.name}`),
        ]),
      ),
      names: rows.map((r) => r.spec.name),
      kernelFunctions: rows.map((r) => r.spec.kernelFunction),
      programs: rows.map((r) => r.program),
    };
  }

  private wordOf(spec: StepSpec<M>, cost: number): number {
    const action = this.actionOf(spec.action ?? next);
    const cause = this.cause(spec.cause);
    if (action > WORD_ACTION || cause >= CAUSES_MAX) throw new Error('too many actions or causes');
    const zero = cost === COST_ZERO ? WORD_ZERO : 0;
    return spec.accepts | zero | (action << WORD_ACTION_SHIFT) | (cause << WORD_CAUSE_SHIFT);
  }

  private costOf(duration: Duration, path: string): number {
    if (duration === 'dynamic') return COST_DYNAMIC;
    if (duration === 'zero' || (duration.minNs === 0 && duration.maxNs === 0)) return COST_ZERO;
    return this.costs.add(duration, path);
  }

  private actionOf(action: Action<M>): number {
    const known = this.actionIndex.get(action);
    if (known !== undefined) return known;
    this.actionIndex.set(action, this.actions.length);
    return this.actions.push(action) - 1;
  }
}
