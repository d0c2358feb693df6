/**
 * Draws that are dictated rather than left to chance. A choice speaks of the n-th draws of one
 * source, so it stays where it is when anything else of a plan or of the search changes.
 */
import type { Law } from '../base/law.js';

/** Draws `from`, `from + 1`, ... of a source, counted from 0, take the values in turn. */
export interface DrawChoice {
  /** Path of the source, as in `host/irq/eth0/irq/hard handler`. */
  readonly source: string;
  readonly from: number;
  /** How many draws; absent: all from there on. */
  readonly count?: number;
  /** Values in ns, at least one; after the last the first again. */
  readonly ns: readonly number[];
}

/** Decides draws in the place of chance. */
export interface Dictation {
  /** The value of draw `n` of a phase, which is no source of draws; undefined: chance decides. */
  at(source: string, n: number): number | undefined;
  /** Writes over the draws `first`, `first + 1`, ... of a source what is decided about them. */
  overlay(source: string, law: Law, first: number, values: Float64Array): void;
}

/**
 * What is chosen, by source. Where two choices speak of one draw, the later one in the list holds.
 *
 * @example new Choices([{ source: 'host/smi/every', from: 0, count: 1, ns: [5000] }])
 */
export class Choices implements Dictation {
  private readonly bySource = new Map<string, DrawChoice[]>();

  constructor(list: readonly DrawChoice[]) {
    for (const choice of list) {
      const known = this.bySource.get(choice.source);
      if (known) known.push(choice);
      else this.bySource.set(choice.source, [choice]);
    }
  }

  /** Sources that are spoken of. */
  sources(): string[] {
    return [...this.bySource.keys()];
  }

  /** The value chosen for draw `n` of a source; undefined: left to chance. */
  at(source: string, n: number): number | undefined {
    const list = this.bySource.get(source);
    if (list === undefined) return undefined;
    for (let i = list.length - 1; i >= 0; i--) {
      const { from, count = Number.POSITIVE_INFINITY, ns } = list[i];
      if (n >= from && n - from < count) return ns[(n - from) % ns.length];
    }
    return undefined;
  }

  /**
   * Writes what is chosen over the draws `first`, `first + 1`, ... of a source. Throws a RangeError
   * for a value that the law cannot give.
   */
  overlay(source: string, law: Law, first: number, values: Float64Array): void {
    if (!this.bySource.has(source)) return;
    for (let i = 0; i < values.length; i++) {
      const ns = this.at(source, first + i);
      if (ns === undefined) continue;
      if (!(ns >= law.minNs && ns <= law.maxNs)) {
        throw new RangeError(`${source} takes ${law.minNs}..${law.maxNs} ns, not ${ns}`);
      }
      values[i] = ns;
    }
  }
}
