/** From the runs of a row to intervals and verdicts. */
import { type RankTest, rankTest } from '../../calibrate/rankTest.js';
import { figuresThatMatter, sensitivities } from '../../calibrate/sensitivity.js';
import {
  type Decision,
  type Interval,
  intervalOf,
  isTooWide,
  judgeClaim,
  judgeObservation,
  truncateToUs,
} from '../../calibrate/verdict.js';
import type { RowFigure } from './row.js';
import { type RowSweep, reproducing } from './sweep.js';

/** A miss, and what would have to be otherwise. */
export interface Remedy {
  /** The free figure that the result hangs on most. */
  readonly figure: string;
  /** Its factor at the middle of the sweep, and the one that the published value asks for. */
  readonly factorNow: number;
  readonly factorNeeded: number;
  /** Published middle less predicted middle, in the unit of the figure (us or a ratio). */
  readonly gap: number;
}

export interface FigureOutcome {
  readonly name: string;
  readonly unit: RowFigure['unit'];
  readonly kind: RowFigure['kind'];
  readonly published: Interval;
  /** Absent: nothing was run. */
  readonly predicted?: Interval;
  readonly decision: Decision | 'calibrated';
  readonly runs: number;
  readonly note: string;
  readonly remedy?: Remedy;
}

export interface RowOutcome {
  readonly id: string;
  readonly title: string;
  readonly decides: string;
  /** Of the runs for minimum and maximum, where there are any. */
  readonly samples: Readonly<Record<string, number>>;
  /** Figures that were swept, and how many of them make nine tenths of the mean's spread. */
  readonly freeFigures: number;
  readonly freeFiguresThatMatter: number;
  readonly points: number;
  /** Points that reproduce the row, where others calibrate on it. */
  readonly reproducing?: number;
  readonly figures: readonly FigureOutcome[];
  readonly rankTest?: RankTest & {
    readonly publishedUs: readonly number[];
    readonly simulatedUs: readonly number[];
    readonly decision: Decision;
  };
}

const REJECTED_BELOW = 0.05;

/** Judges every figure of a row. */
export function judgeRow(sweep: RowSweep): RowOutcome {
  const { row, points, kept } = sweep;
  const list = sensitivities(points, valuesOf(sweep, meanFigure(sweep)));
  return {
    id: row.id,
    title: row.title,
    decides: row.decides,
    samples: sweep.long.length > 0 ? sweep.longSamples : {},
    freeFigures: Object.keys(points[0]).length,
    freeFiguresThatMatter: figuresThatMatter(list),
    points: kept.length,
    ...(row.calibrates === true ? { reproducing: reproducing(sweep).length } : {}),
    figures: row.figures.map((figure) => judgeFigure(sweep, figure)),
    rankTest: rankOf(sweep),
  };
}

const meanFigure = ({ row }: RowSweep): RowFigure =>
  row.figures.find(({ extreme }) => !extreme) ?? row.figures[0];

const valuesOf = ({ sweep }: RowSweep, figure: RowFigure): number[] =>
  sweep.map((runs) => figure.value(runs));

/** A figure as its instrument prints it: whole microseconds, or as it is. */
function shown(unit: RowFigure['unit'], value: number): number {
  if (unit === 'us') return truncateToUs(value);
  return Math.round(unit === 'ratio' ? value * 100 : value / 10) / 100;
}

function judgeFigure(sweep: RowSweep, figure: RowFigure): FigureOutcome {
  const { row } = sweep;
  const { name, unit, kind, published } = figure;
  const chosen = row.calibrates === true && (name === 'min' || name === 'mean');
  const inForce = chosen ? reproducing(sweep) : sweep.kept;
  const runs = figure.extreme && !chosen ? sweep.long : inForce.map((i) => sweep.sweep[i]);
  const facts = { name, unit, kind, published, runs: runs.length };
  if (runs.length === 0) {
    const note = `no point reproduces ${row.calibratesOn ?? row.id}`;
    return { ...facts, decision: 'undecided', note };
  }
  const exact = intervalOf(runs.map((point) => figure.value(point)));
  const predicted = { low: shown(unit, exact.low), high: shown(unit, exact.high) };
  if (chosen) return { ...facts, predicted, decision: 'calibrated', note: 'points chosen by it' };
  const short = row.shorterThanPublished === true || (figure.extreme && isShort(sweep));
  if (short) {
    // More samples only widen an extreme: what is above a limit already stays there.
    const refuted = kind === 'claim' && predicted.low > published.high;
    const note = 'fewer samples than published';
    return { ...facts, predicted, decision: refuted ? 'miss' : 'undecided', note };
  }
  const decision =
    kind === 'claim'
      ? judgeClaim(published, predicted)
      : judgeObservation(published, predicted, exact);
  const note = isTooWide(exact) ? 'wider than a factor of 3' : '';
  const remedy = decision === 'miss' ? remedyOf(sweep, figure) : undefined;
  return { ...facts, predicted, decision, note, remedy };
}

const isShort = ({ row, longSamples }: RowSweep): boolean =>
  Object.entries(row.runs).some(([name, { samples }]) => longSamples[name] < samples);

/**
 * How far the strongest figure would have to move to put the middle of the sweep on the middle of
 * what was published. After a calibration it is the difference to the row calibrated on that has to
 * change, since that row stays where it is.
 */
function remedyOf(sweep: RowSweep, figure: RowFigure): Remedy | undefined {
  const { base, points } = sweep;
  const own = base?.row.figures.find(({ name }) => name === figure.name);
  const baseValues = base && own ? valuesOf(base, own) : undefined;
  const values = valuesOf(sweep, figure).map((value, i) => value - (baseValues?.[i] ?? 0));
  const inForce = sweep.kept.map((i) => values[i]);
  const [first] = sensitivities(points, values);
  if (first.slope === 0) return undefined;
  const target = middleOf(figure) - (base && own ? middleOf(own) : 0);
  const gap = target - meanOf(inForce);
  const factorNow = meanOf(sweep.kept.map((i) => points[i][first.name]));
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    figure: first.name,
    factorNow: round(factorNow),
    factorNeeded: round(factorNow + gap / first.slope),
    gap: round(figure.unit === 'ratio' ? gap : gap / 1000),
  };
}

/** Middle of a published range in the unit of values; a truncated figure lies half above it. */
function middleOf({ unit, published }: RowFigure): number {
  const middle = (published.low + published.high) / 2;
  if (unit === 'ratio') return middle;
  return (middle + (unit === 'us' ? 0.5 : 0)) * 1000;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function rankOf(sweep: RowSweep): RowOutcome['rankTest'] {
  const { maximaUs } = sweep.row;
  const figure = sweep.row.figures.find(({ name }) => name === 'max');
  if (maximaUs === undefined || figure === undefined || sweep.long.length === 0) return undefined;
  const simulatedUs = sweep.long.map((runs) => truncateToUs(figure.value(runs)));
  const test = rankTest(maximaUs, simulatedUs);
  const passed: Decision = test.p > REJECTED_BELOW ? 'hit' : 'miss';
  // Longer runs only raise the simulated maxima: what is too high already stays rejected.
  const tooHigh = passed === 'miss' && 2 * test.u < maximaUs.length * simulatedUs.length;
  const decision = isShort(sweep) && !tooHigh ? 'undecided' : passed;
  return { ...test, publishedUs: maximaUs, simulatedUs, decision };
}
