/** What a bound is: a figure with the terms that make it up, or the reasons why there is none. */

/** One named part of a bound. */
export interface BoundTerm {
  readonly name: string;
  /** How often it counts. */
  readonly count: number;
  /** In total, ns. */
  readonly ns: number;
  /** Laws with an assumed maximum, or an assumed shortest distance, that it rests on. */
  readonly assumed: readonly string[];
}

/** Bound of one series of latencies. */
export interface SeriesBound {
  readonly id: string;
  /** null: no bound, and `reasons` says why. */
  readonly ns: number | null;
  /** The terms of the CPU with the largest bound, largest first; they sum to `ns`. */
  readonly terms: readonly BoundTerm[];
  /** Every figure of `terms` that nobody measured or published, sorted. */
  readonly assumed: readonly string[];
  readonly reasons: readonly string[];
}

export interface PlanBound {
  readonly planName: string;
  readonly planHash: string;
  readonly series: readonly SeriesBound[];
}

/** A bound on one CPU. */
export type CpuBound =
  | { readonly ns: number; readonly terms: readonly BoundTerm[] }
  | { readonly reasons: readonly string[] };

export const noBound = (...reasons: string[]): CpuBound => ({ reasons });

export function hasBound(bound: CpuBound): bound is Extract<CpuBound, { ns: number }> {
  return 'ns' in bound;
}
