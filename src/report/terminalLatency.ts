/** The latency table of the terminal: a row per workload, or a block each where that is too wide. */

import { samplesNeeded } from '../latency/percentiles.js';
import type { RunResult, WorkloadResult } from '../latency/result.js';
import { assumedLawsText } from '../plan/assumedLaws.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { countText, usText } from './figures.js';
import type { Paint } from './terminalPaint.js';
import { alignTable, printable, shorten, textWidth, wrap } from './textTable.js';
import { lostLines, unfinishedLines } from './verdictText.js';

/** The columns between mean and max. */
export const SHOWN_PERCENTILES = ['50', '99', '99.9', '99.99', '99.999'] as const;

const NAME_WIDTH_MIN = 12;

/** The figures of one workload in the order of the columns; `-` for what has no figure. */
export function latencyCells({ latency }: WorkloadResult): string[] {
  const { count, minNs, meanNs, maxNs, percentiles } = latency;
  if (count === 0) return ['0', ...new Array<string>(SHOWN_PERCENTILES.length + 3).fill('-')];
  return [
    countText(count),
    usText(minNs),
    usText(meanNs),
    ...SHOWN_PERCENTILES.map((p) => (p in percentiles ? usText(percentiles[p]) : '-')),
    usText(maxNs),
  ];
}

export const LATENCY_COLUMNS: readonly string[] = [
  'samples',
  'min',
  'mean',
  ...SHOWN_PERCENTILES.map((p) => `p${p}`),
  'max',
];

/** Why there are dashes, in one sentence; empty without any. */
export function unsupportedNote(workloads: readonly WorkloadResult[]): string {
  const missing = SHOWN_PERCENTILES.filter((p) =>
    workloads.some(({ latency }) => latency.count > 0 && !(p in latency.percentiles)),
  );
  const needs = missing.map((p) => `p${p} needs ${countText(samplesNeeded(p))}`);
  return needs.length === 0 ? '' : `- : not enough samples; ${needs.join(', ')}`;
}

export function latencySection(
  result: RunResult,
  plan: NormalizedPlan,
  width: number,
  paint: Paint,
): string[] {
  const { workloads } = result;
  if (workloads.length === 0) return [paint.bold('Latency'), '  the plan measures no workload'];
  const cells = workloads.map(latencyCells);
  const figures = alignTable([['', ...LATENCY_COLUMNS], ...cells.map((row) => ['', ...row])]);
  const room = width - Math.max(...figures.map(textWidth)) - 2;
  const lines =
    room < NAME_WIDTH_MIN
      ? stackedLines(workloads.map(fullName), cells, width, paint)
      : tableLines(workloads, cells, { room, width, paint });
  const trust = assumedLawsText(plan.platform);
  const notes = [unsupportedNote(workloads), trust === '' ? '' : `! ${trust}`];
  return [
    paint.bold('Latency in us'),
    ...lines,
    ...[...unfinishedLines(workloads), ...lostLines(workloads)].map((line) =>
      paint.red(`  ${printable(line)}`),
    ),
    ...notes.flatMap((note) =>
      note === '' ? [] : wrap(note, width - 2).map((line) => paint.dim(`  ${line}`)),
    ),
  ];
}

const fullName = ({ id, title }: WorkloadResult): string => printable(`${id}: ${title}`);

/** Where a title has no room beside the figures, all stand below theirs, rather than cut. */
function tableLines(
  workloads: readonly WorkloadResult[],
  cells: ReadonlyArray<readonly string[]>,
  { room, width, paint }: { readonly room: number; readonly width: number; readonly paint: Paint },
): string[] {
  const fits = workloads.every((one) => textWidth(fullName(one)) <= room);
  const names = workloads.map((one) => (fits ? fullName(one) : shorten(printable(one.id), room)));
  const table = alignTable([
    ['', ...LATENCY_COLUMNS],
    ...cells.map((row, i) => [names[i], ...row]),
  ]);
  return table.flatMap((line, i) => {
    if (i === 0) return [paint.dim(`  ${line}`)];
    if (fits) return [`  ${line}`];
    const title = printable(workloads[i - 1].title);
    return [`  ${line}`, paint.dim(`    ${shorten(title, width - 4)}`)];
  });
}

function stackedLines(
  names: readonly string[],
  cells: ReadonlyArray<readonly string[]>,
  width: number,
  paint: Paint,
): string[] {
  return names.flatMap((name, i) => [
    `  ${paint.cyan(shorten(name, width - 2))}`,
    ...alignTable(LATENCY_COLUMNS.map((column, c) => [column, cells[i][c]])).map(
      (line) => `    ${line}`,
    ),
  ]);
}
