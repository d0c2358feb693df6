/** Figures of latencies, their spread over repetitions, and what the recordings can decide. */
import type { MeasuredPlan } from './plans.js';
import { CLASS_NS, type MeasuredRecording, type Repetition } from './recordings.js';

export const FIGURES = ['p50', 'p90', 'p99', 'hits'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Spread {
  readonly low: number;
  readonly high: number;
}

/** A spread is widened by this share of its ends. */
const WIDENED = 0.25;
/** Repetitions that differ by more than this factor decide nothing. */
const REPEATABLE = 1.5;

/** Nearest rank, of ascending values. */
export function percentile(values: readonly number[], p: number): number {
  return values[Math.max(0, Math.ceil((values.length * p) / 100) - 1)];
}

/** A figure of ascending latencies in ns: percentiles in ms, hits as a share. */
export function figureOf(name: FigureName, latencies: readonly number[], plan: MeasuredPlan) {
  if (name !== 'hits') return percentile(latencies, Number(name.slice(1))) / 1e6;
  const limitNs = (plan.effectMs * 1e6) / 2;
  return latencies.filter((ns) => ns > limitNs).length / latencies.length;
}

export function spreadOf(
  name: FigureName,
  { repetitions }: MeasuredRecording,
  plan: MeasuredPlan,
): Spread {
  const values = repetitions.map((one) => figureOf(name, latenciesOf(one), plan));
  return { low: Math.min(...values), high: Math.max(...values) };
}

export function widened({ low, high }: Spread): Spread {
  return { low: low * (1 - WIDENED), high: high * (1 + WIDENED) };
}

export function isInside(value: number, { low, high }: Spread): boolean {
  return value >= low && value <= high;
}

/** The repetitions agree about it. */
export function isDecided({ low, high }: Spread): boolean {
  return high <= low * REPEATABLE;
}

/** The recordings tell a plan from the base plan by this figure. */
export function standsOut(one: Spread, base: Spread): boolean {
  const [a, b] = [widened(one), widened(base)];
  return isDecided(one) && (a.low > b.high || a.high < b.low);
}

function latenciesOf({ histogram }: Repetition): number[] {
  return histogram.flatMap(([at, count]) => Array.from({ length: count }, () => at * CLASS_NS));
}

/** Of all repetitions, ascending. */
export function mergedLatencies({ repetitions }: MeasuredRecording): number[] {
  return repetitions.flatMap(latenciesOf).sort((a, b) => a - b);
}
