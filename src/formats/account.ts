/**
 * The account of a reader: what became of every element, attribute, token or file that it saw.
 * A reader that drops a setting in silence predicts a machine that does not exist.
 */
import type { Diagnostic } from '../base/diagnostics.js';

/**
 * used: it shaped the value; kept: read and stored, no consumer needs it today;
 * ignored: it has no place in the model, for the stated reason.
 */
export type Disposition = 'used' | 'kept' | 'ignored';

/**
 * One thing read. `path` names it inside its document, as in `domain/cputune/vcpupin[1]/@cpuset`;
 * readers of trees with thousands of like files write one entry a kind (`cpuN/topology/core_id`).
 */
export interface AccountEntry {
  readonly path: string;
  readonly disposition: Disposition;
  /** Why it was ignored; optional for the others. */
  readonly reason?: string;
}

/** What every reader of this module returns: a value as good as the text allows, and all problems. */
export interface Reading<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
  readonly account: readonly AccountEntry[];
}
