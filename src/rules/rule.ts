/** What a rule is: something that a realtime plan must fulfil, with its reason, source and repair. */
import type { Severity } from '../base/diagnostics.js';
import type { PlanDocument } from '../plan/schema.js';
import type { Path } from '../platform/sourceTree.js';
import type { Subject } from './subject.js';

/** A change of the plan as written, in the form that `editPlan` turns into immer patches. */
export type Fix = (draft: PlanDocument) => void;

/** One breach of a rule. */
export interface Finding {
  /** Where in the plan; may name something that is missing there. */
  readonly path: Path;
  /** Characters into the text at `path`, to point inside a command line. */
  readonly offset?: number;
  /** What is wrong, with the CPUs, threads or interrupts by name. */
  readonly message: string;
  /** The single things that the message counts, where there are many. */
  readonly details?: readonly string[];
  /** What to do, in words. */
  readonly remedy: string;
  /** The same as a change of the plan; absent where only the user can decide. */
  readonly fix?: Fix;
}

export interface Rule {
  /** Area and name, as in `isolation/smt-sibling`; never changes once published. */
  readonly id: string;
  /** error: the plan does not do what it means; warning: it costs latency; info: it may. */
  readonly severity: Severity;
  /** What must hold, in one line. */
  readonly title: string;
  readonly rationale: string;
  /** Kernel file and function, documentation or paper. */
  readonly source: string;
  /** Why breaking the rule costs nothing in the simulator; absent: a test shows what it costs. */
  readonly cannotShow?: string;
  /** Its fix changes which CPUs are set apart; most other fixes follow from those. */
  readonly partition?: true;
  /** Codes of the loader's warnings that say less of the same. */
  readonly covers?: readonly string[];
  find(subject: Subject): readonly Finding[];
}
