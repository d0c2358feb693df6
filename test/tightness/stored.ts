/** The table of bounds as it is stored: one line a series, so that a change shows in a diff. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { NormalizedPlan } from '../../src/plan/normalized.js';

export const STORED_FILE = 'test/tightness/bounds.jsonl';
/** How much a bound may rise without a counter-example that the lower bound fails. */
export const RISE_MAX = 1.05;

export interface StoredBound {
  readonly plan: string;
  readonly series: string;
  /** Beginning of the plan's hash: a row of another plan says nothing about this one. */
  readonly hash?: string;
  /** null: no bound; `why` then has the first reason. */
  readonly boundNs: number | null;
  readonly why?: string;
  /** The largest latency that was found; null: the series has no sample. */
  readonly witnessNs: number | null;
  /** Name and time of the largest term. */
  readonly term?: string;
  readonly termNs?: number;
  /** The bound before it rose by more than {@link RISE_MAX}, and the file that shows it was too low. */
  readonly beforeNs?: number;
  readonly because?: string;
}

export const keyOf = ({ plan, series }: Pick<StoredBound, 'plan' | 'series'>): string =>
  `${plan}: ${series}`;

export const hashOf = ({ hash }: NormalizedPlan): string => hash.slice(0, 12);

export function readStored(): StoredBound[] {
  if (!existsSync(STORED_FILE)) return [];
  const lines = readFileSync(STORED_FILE, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as StoredBound);
}

export function writeStored(rows: readonly StoredBound[]): void {
  writeFileSync(STORED_FILE, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** True if a bound may not take the place of the stored one without a counter-example. */
export function rises(boundNs: number | null, storedNs: number | null): boolean {
  return storedNs !== null && (boundNs === null || boundNs > RISE_MAX * storedNs);
}
