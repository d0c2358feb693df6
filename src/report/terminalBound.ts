/** Bounds in a terminal: beside what was observed, or with all their terms. */
import type {
  BoundResult,
  RequirementResult,
  RunResult,
  Verdict,
  WorkloadResult,
} from '../latency/result.js';
import { usText } from './figures.js';
import type { Paint } from './terminalPaint.js';
import { paintFor } from './terminalPaint.js';
import { alignTable, printable, shorten, textWidth, wrap } from './textTable.js';

const ASSUMED_SHOWN = 8;

const NAME_WIDTH_MIN = 12;

/** Observed maximum, witness, bound and verdict of each workload that has been analysed. */
export function boundSection({ workloads }: RunResult, width: number, paint: Paint): string[] {
  const analysed = workloads.filter(({ bound }) => bound !== undefined);
  if (analysed.length === 0) return [];
  const searched = analysed.some(({ witness }) => witness !== undefined);
  const head = ['observed', ...(searched ? ['witness'] : []), 'bound', 'limit'];
  const cells = analysed.map((one) => figuresOf(one, searched));
  const figures = alignTable([head, ...cells].map((row) => ['', ...row]));
  const verdicts = analysed.map(verdictWord);
  const wide = Math.max(...verdicts.map(textWidth), 0);
  const room = width - 4 - Math.max(...figures.map(textWidth)) - wide;
  const nameWidth = Math.max(NAME_WIDTH_MIN, room);
  const names = analysed.map(({ id }) => shorten(printable(id), nameWidth));
  const table = alignTable([['', ...head], ...cells.map((row, i) => [names[i], ...row])]);
  const lines = analysed.flatMap((workload, i) => [
    // What a narrow terminal has no room for stands with the requirements.
    `  ${table[i + 1]}${room < NAME_WIDTH_MIN ? '' : painted(verdicts[i], paint)}`,
    ...remarks(workload).flatMap((text) =>
      wrap(text, width - 6).map((line) => paint.dim(`    ${line}`)),
    ),
  ]);
  return [
    paint.bold('Worst case in us') +
      paint.dim(searched ? '  (isochron worst searches longer)' : '  (isochron bound shows terms)'),
    paint.dim(`  ${table[0]}`),
    ...lines,
  ];
}

/** The strictest limit on the maximum. */
function maximum({ requirements }: WorkloadResult): RequirementResult | undefined {
  const limits = requirements.filter(({ statistic }) => statistic === 'max');
  return limits.reduce<RequirementResult | undefined>(
    (least, one) => (least === undefined || one.limitNs < least.limitNs ? one : least),
    undefined,
  );
}

function figuresOf(workload: WorkloadResult, searched: boolean): string[] {
  const { latency, witness, bound } = workload;
  const limitNs = maximum(workload)?.limitNs;
  return [
    latency.count > 0 ? usText(latency.maxNs) : '-',
    ...(searched ? [witness === undefined ? '-' : usText(witness.ns)] : []),
    typeof bound?.ns === 'number' ? usText(bound.ns) : 'none',
    limitNs === undefined ? '-' : usText(limitNs),
  ];
}

const verdictWord = (workload: WorkloadResult): string => {
  const verdict = maximum(workload)?.verdict ?? '';
  return verdict === 'fails' ? 'FAILS' : verdict;
};

function painted(verdict: string, paint: Paint): string {
  if (verdict === '') return '';
  if (verdict === 'FAILS') return `  ${paint.red(verdict)}`;
  return `  ${(verdict === 'guaranteed' ? paint.green : paint.yellow)(verdict)}`;
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
