/** The outcome of a validation as a table. */
import type { Interval } from '../../calibrate/verdict.js';
import { countText } from '../../report/figures.js';
import { alignTable } from '../../report/textTable.js';
import type { FigureOutcome, RowOutcome } from './judge.js';
import type { UndecidableRow } from './row.js';

/** All of a validation: the JSON of `isochron validate --json`. */
export interface Validation {
  readonly version: string;
  readonly seed: string;
  readonly quick: boolean;
  readonly points: number;
  readonly sweepSamples: number;
  readonly rows: readonly RowOutcome[];
  readonly undecidable: readonly UndecidableRow[];
}

export interface Tally {
  readonly hit: number;
  readonly miss: number;
  readonly undecided: number;
  readonly calibrated: number;
}

/** How many figures came out how; a rank test counts as one. */
export function tallyOf(rows: readonly RowOutcome[]): Tally {
  const tally = { hit: 0, miss: 0, undecided: 0, calibrated: 0 };
  for (const row of rows) {
    for (const { decision } of row.figures) tally[decision]++;
    if (row.rankTest) tally[row.rankTest.decision]++;
  }
  return tally;
}

function rangeText({ low, high }: Interval): string {
  if (high >= 1000) return `>= ${low}`;
  return low === high ? `${low}` : `${low}-${high}`;
}

function noteOf({ note, remedy }: FigureOutcome): string {
  if (remedy === undefined) return note;
  const { figure, factorNow, factorNeeded, gap } = remedy;
  const needed = factorNeeded > 0 ? `x${factorNeeded}` : 'below x0, so it alone cannot';
  return `off by ${gap > 0 ? '+' : ''}${gap}: ${figure} would have to go from x${factorNow} to ${needed}`;
}

function rowLines(row: RowOutcome): string[] {
  const samples = Object.entries(row.samples)
    .map(([name, count]) => (name === 'run' ? countText(count) : `${name} ${countText(count)}`))
    .join(', ');
  const table = row.figures.map((figure) => [
    `  ${figure.name}${figure.unit === 'ratio' ? '' : ', us'}`,
    rangeText(figure.published),
    figure.predicted ? rangeText(figure.predicted) : '-',
    String(figure.runs),
    figure.decision,
  ]);
  const aligned = alignTable([['  figure', 'published', 'predicted', 'runs', 'verdict'], ...table]);
  const lines = aligned.map((line, i) => {
    const note = i === 0 ? '' : noteOf(row.figures[i - 1]);
    return note === '' ? line : `${line}  (${note})`;
  });
  const kept = row.reproducing === undefined ? '' : `, ${row.reproducing} reproduce it`;
  const extremes = samples === '' ? '' : `; extremes at ${samples} samples`;
  const free = `${row.freeFigures} free figures, ${row.freeFiguresThatMatter} make 90 % of the spread`;
  return [
    `${row.id}  ${row.title}`,
    `  ${row.points} points${kept}; ${free}${extremes}`,
    ...lines,
    ...rankLines(row),
    `  decides: ${row.decides}`,
  ];
}

function rankLines({ rankTest }: RowOutcome): string[] {
  if (rankTest === undefined) return [];
  const { publishedUs, simulatedUs, p, u, decision } = rankTest;
  return [
    `  maxima, us: published ${publishedUs.join(' ')}; simulated ${simulatedUs.join(' ')}`,
    `  rank test (Mann-Whitney, exact): U = ${u}, p = ${p.toPrecision(3)}: ${decision}`,
  ];
}

/** The whole validation as text, rows apart by blank lines. */
export function validationText(validation: Validation): string {
  const { rows, undecidable, points, sweepSamples, seed, quick } = validation;
  const tally = tallyOf(rows);
  const predicted = tally.hit + tally.miss + tally.undecided;
  const lines = [
    `Isochron ${validation.version}: predictions against published measurements, seed ${seed}`,
    `means: ${points} points of a Latin hypercube, ${countText(sweepSamples)} samples each`,
    ...(quick ? ['quick: fewer points and samples than published; extremes decide nothing'] : []),
    ...rows.flatMap((row) => ['', ...rowLines(row)]),
    '',
    'No prediction:',
    ...undecidable.map(({ id, title, why }) => `  ${id}  ${title}: ${why}`),
    '',
    `${predicted} figures predicted: ${tally.hit} hit, ${tally.miss} miss, ${tally.undecided} undecided; ` +
      `${tally.calibrated} used to calibrate`,
  ];
  return `${lines.join('\n')}\n`;
}
