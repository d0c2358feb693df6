/** Bounds in a terminal: beside what was observed, or with all their terms. */
import type { BoundResult, RunResult, Verdict, WorkloadResult } from '../latency/result.js';
import { usText } from './figures.js';
import type { Paint } from './terminalPaint.js';
import { paintFor } from './terminalPaint.js';
import { alignTable, printable, shorten, wrap } from './textTable.js';

const ASSUMED_SHOWN = 8;

/** Observed maximum and bound of each workload that has been analysed. */
export function boundSection({ workloads }: RunResult, width: number, paint: Paint): string[] {
  const analysed = workloads.filter(({ bound }) => bound !== undefined);
  if (analysed.length === 0) return [];
  const rows = analysed.map(({ id, latency, bound }) => [
    shorten(printable(id), Math.max(12, width - 40)),
    latency.count > 0 ? usText(latency.maxNs) : '-',
    bound?.ns === null || bound === undefined ? 'none' : usText(bound.ns),
  ]);
  const table = alignTable([['', 'observed', 'bound'], ...rows]);
  const lines = analysed.flatMap((workload, i) => [
    `  ${table[i + 1]}`,
    ...remarks(workload).flatMap((text) =>
      wrap(text, width - 6).map((line) => paint.dim(`    ${line}`)),
    ),
  ]);
  return [
    paint.bold('Bounds in us') + paint.dim('  (isochron bound shows the terms)'),
    paint.dim(`  ${table[0]}`),
    ...lines,
  ];
}

function remarks({ bound }: WorkloadResult): string[] {
  if (bound === undefined) return [];
  if (bound.ns === null) return bound.reasons.map((reason) => `no bound: ${printable(reason)}`);
  const { length } = bound.assumed;
  return length === 0 ? [] : [`rests on ${length} assumed ${length === 1 ? 'maximum' : 'maxima'}`];
}

/** A bound as `isochron bound` shows it. */
export interface ShownBound extends BoundResult {
  readonly id: string;
}

/** A requirement as a bound alone judges it. */
export interface BoundVerdict {
  readonly text: string;
  readonly verdict: Verdict;
}

/** The whole output of `isochron bound`. */
export function renderBounds(
  planName: string,
  bounds: readonly ShownBound[],
  verdicts: readonly BoundVerdict[],
  { width, colour }: { readonly width: number; readonly colour: boolean },
): string {
  const paint = paintFor(colour);
  const columns = Math.max(40, width);
  const sections = bounds.map((one) => oneBound(one, columns, paint));
  if (verdicts.length > 0) sections.push(verdictLines(verdicts, columns, paint));
  const head = `${paint.bold('Upper bounds by analysis')}  plan ${paint.cyan(printable(planName))}`;
  return `${[[head], ...sections].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function oneBound(bound: ShownBound, width: number, paint: Paint): string[] {
  const name = paint.bold(shorten(printable(bound.id), width - 20));
  if (bound.ns === null) {
    const lines = bound.reasons.flatMap((reason) =>
      wrap(`because ${printable(reason)}`, width - 2),
    );
    return [`${name}  ${paint.yellow('no bound')}`, ...lines.map((line) => `  ${line}`)];
  }
  const rows = bound.terms.map(({ name: term, count, ns, assumed }) => [
    `${shorten(printable(term), Math.max(16, width - 34))}${assumed.length > 0 ? ' *' : ''}`,
    count === 1 ? '' : `${count} x`,
    `${usText(ns)} us`,
  ]);
  const { assumed } = bound;
  const more = assumed.length > ASSUMED_SHOWN ? ` and ${assumed.length - ASSUMED_SHOWN} more` : '';
  const list = `* rests on assumed maxima: ${assumed.slice(0, ASSUMED_SHOWN).join(', ')}${more}`;
  return [
    `${name}  ${usText(bound.ns)} us`,
    ...alignTable(rows).map((line) => `  ${line}`),
    ...(assumed.length === 0
      ? []
      : wrap(printable(list), width - 2).map((line) => paint.dim(`  ${line}`))),
  ];
}

function verdictLines(verdicts: readonly BoundVerdict[], width: number, paint: Paint): string[] {
  // Both columns at the left, as `run` has them.
  const wide = Math.max(...verdicts.map(({ verdict }) => verdict.length));
  const rows = verdicts.map(
    ({ verdict, text }) => `${verdict.padEnd(wide)}  ${shorten(printable(text), width - 20)}`,
  );
  return [
    paint.bold('Requirements') + paint.dim('  (by the bounds alone)'),
    ...rows.map((row, i) => {
      const good = verdicts[i].verdict === 'guaranteed';
      return `  ${(good ? paint.green : paint.yellow)(row)}`;
    }),
  ];
}
