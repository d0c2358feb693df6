/**
 * Expressions over the statistics of an experiment's variants, as claims and findings write them:
 *
 *     max(hlt) <= 1.2 * max(poll)
 *     mean(before) - mean(after) in 2us..4us
 *     cause(busy, "VM exit") > 300ns
 *
 * A statistic names a variant and, where there are several, a workload. Times and plain numbers do
 * not mix: `mean(a) > 3` is refused, `mean(a) > 3us` and `mean(a) / mean(b) > 3` are right.
 */
import type { StatisticName } from './statistics.js';

/** What a value counts: 0 a plain number, 1 a time in ns, 2 a product of two times, ... */
export type Dimension = number;

/** A statistic of one run: `mean(hlt)`, `cause(hlt, plc-cyclictest, "VM exit")`. */
export interface Call {
  readonly kind: 'call';
  readonly statistic: StatisticName;
  /** Of `p99.9`: 99.9 as text. */
  readonly percentile?: string;
  readonly variant: string;
  /** Absent: the experiment's only or first workload. */
  readonly workload?: string;
  readonly cause?: string;
  /** Where the call stands in the text. */
  readonly at: number;
}

export type Expression =
  | Call
  | { readonly kind: 'number'; readonly value: number; readonly dimension: Dimension }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
      readonly dimension: Dimension;
    };

export type Relation = '<' | '<=' | '>' | '>=' | '=';

/** `operands[i] relations[i] operands[i + 1]` for every i; all of them must hold. */
export interface Comparison {
  readonly operands: readonly Expression[];
  readonly relations: readonly Relation[];
}

/** The dimension of an expression. */
export function dimensionOf(expression: Expression): Dimension {
  if (expression.kind !== 'call') return expression.dimension;
  return TIMES.has(expression.statistic) ? 1 : 0;
}

const TIMES: ReadonlySet<StatisticName> = new Set([
  'min',
  'mean',
  'max',
  'percentile',
  'cause',
  'worst',
]);

/** All statistics of an expression, in the order of the text. */
export function callsOf(expression: Expression): Call[] {
  if (expression.kind === 'call') return [expression];
  if (expression.kind === 'number') return [];
  return [...callsOf(expression.left), ...callsOf(expression.right)];
}

/** The value of a statistic; NaN if the run has none, as the mean of no samples. */
export type Lookup = (call: Call) => number;

/** The value in ns or as a plain number; NaN where a statistic is missing or a divisor is 0. */
export function evaluate(expression: Expression, lookup: Lookup): number {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'call') return lookup(expression);
  const left = evaluate(expression.left, lookup);
  const right = evaluate(expression.right, lookup);
  switch (expression.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? Number.NaN : left / right;
  }
}

const HOLDS: Readonly<Record<Relation, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
};

/** True, false, or undefined where a value is missing. */
export function holds({ operands, relations }: Comparison, lookup: Lookup): boolean | undefined {
  const values = operands.map((operand) => evaluate(operand, lookup));
  if (values.some((value) => Number.isNaN(value))) return undefined;
  return relations.every((relation, i) => HOLDS[relation](values[i], values[i + 1]));
}

/**
 * What a reader wants to see of a comparison: its one operand that is no constant, or else the
 * ratio of its first two (of `max(a) < max(b)`: how many times a is of b).
 */
export function readingOf({ operands }: Comparison): Expression {
  const measured = operands.filter((operand) => callsOf(operand).length > 0);
  const [left, right] = measured.length > 1 ? measured : operands;
  if (measured.length === 1) return measured[0];
  if (dimensionOf(left) !== dimensionOf(right)) return left;
  return { kind: 'binary', operator: '/', left, right, dimension: 0 };
}
