/** An experiment: plans that differ in what is asked, how long they run, and what is claimed. */
import type { Patch } from '../plan/patch.js';
import type { Comparison } from './expression.js';
import type { FindingPart } from './finding.js';

export interface Variant {
  readonly name: string;
  readonly title: string;
  /** A plan of models/plans by its name, or a file of the experiment's folder. */
  readonly base: string;
  /** Applied to the base in order. */
  readonly edits: readonly Patch[];
  readonly published?: { readonly minNs?: number; readonly maxNs: number; readonly source: string };
}

/** When a run ends, whichever comes first; at least one is there. */
export interface RunLength {
  readonly activations?: number;
  readonly untilNs?: number;
}

/**
 * Beside the nominal figures a claim has to hold at every point of the sweep, at nine in ten of them
 * (`most`), or at none (`nominal`).
 */
export type ClaimScope = 'sweep' | 'most' | 'nominal';

export interface Claim {
  readonly says: string;
  readonly check: string;
  readonly comparison: Comparison;
  /** Only runs where this holds decide; there must be one. */
  readonly given?: { readonly text: string; readonly comparison: Comparison };
  readonly over: ClaimScope;
  readonly contradicted?: string;
}

export interface Experiment {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly sources: readonly string[];
  readonly variants: readonly Variant[];
  readonly run: RunLength;
  readonly seeds: readonly string[];
  /** Points 0: there is no sweep. */
  readonly sweep: RunLength & { readonly points: number };
  readonly claims: readonly Claim[];
  readonly assumed: readonly string[];
  readonly finding: readonly FindingPart[];
  /** The workload that the figure shows; absent: the first. */
  readonly figureWorkload?: string;
  readonly figureScale?: 'linear' | 'log';
}
