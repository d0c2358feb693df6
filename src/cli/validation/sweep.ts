/**
 * Runs every row: all points of a Latin hypercube with few samples for the means, and some points
 * with as many samples as were published for minima and maxima.
 */
import { type Factors, factorAt, freeFigures } from '../../calibrate/freeFigures.js';
import { latinHypercube } from '../../calibrate/latinHypercube.js';
import { truncateToUs } from '../../calibrate/verdict.js';
import { type Job, runTasks } from '../pool.js';
import type { PointRuns, PredictedRow } from './row.js';
import { editedPlan, type RunSummary, type RunTask, runTask } from './task.js';

export interface SweepSize {
  readonly points: number;
  readonly samples: number;
  /** Points that are run with as many samples as were published. */
  readonly longPoints: number;
  /** Fewer samples than published, for a quick look. */
  readonly longSamplesMax: number;
}

export const FULL: SweepSize = {
  points: 300,
  samples: 2000,
  longPoints: 20,
  longSamplesMax: Number.POSITIVE_INFINITY,
};
export const QUICK: SweepSize = {
  points: 60,
  samples: 1000,
  longPoints: 6,
  longSamplesMax: 20_000,
};

/** What was run of a row. */
export interface RowSweep {
  readonly row: PredictedRow;
  /** All points of the hypercube, and the few-sample runs at each. */
  readonly points: readonly Factors[];
  readonly sweep: readonly PointRuns[];
  /** Places of the points in force: all, or those that reproduce the row calibrated on. */
  readonly kept: readonly number[];
  /** The row calibrated on. */
  readonly base?: RowSweep;
  /** Runs with as many samples as published, at points in force. */
  readonly long: readonly PointRuns[];
  readonly longSamples: Readonly<Record<string, number>>;
}

export interface SweepOptions {
  readonly size: SweepSize;
  readonly workers: number;
  readonly seed: string;
  /** Says what is being done and how much of it, 0..1. */
  progress(phase: string, done: number): void;
}

/** The points of a platform: one hypercube that all of its rows share. */
export function pointsOf(plan: string, size: SweepSize, seed: string): Factors[] {
  const figures = freeFigures(editedPlan(plan, []).platform);
  const axes = figures.map(({ name }) => name);
  return latinHypercube(axes, size.points, seed).map((point) =>
    Object.fromEntries(
      figures.map(({ name, range }) => [name, factorAt(range, point.get(name) as number)]),
    ),
  );
}

/** Runs all rows, calibration rows before those that need them. */
export async function sweepRows(
  rows: readonly PredictedRow[],
  options: SweepOptions,
): Promise<RowSweep[]> {
  const sweeps = new Map<string, RowSweep>();
  const later = (row: PredictedRow): number => (row.calibratesOn === undefined ? 0 : 1);
  const order = rows.map((row, index) => ({ row, index }));
  order.sort((a, b) => later(a.row) - later(b.row) || a.index - b.index);
  for (const { row } of order) {
    const base = row.calibratesOn === undefined ? undefined : sweeps.get(row.calibratesOn);
    if (row.calibratesOn !== undefined && base === undefined) {
      throw new Error(`${row.id} needs ${row.calibratesOn}`);
    }
    sweeps.set(row.id, await sweepRow(row, base, options));
  }
  return rows.map((row) => sweeps.get(row.id) as RowSweep);
}

async function sweepRow(
  row: PredictedRow,
  base: RowSweep | undefined,
  options: SweepOptions,
): Promise<RowSweep> {
  const { size, seed } = options;
  const [first] = Object.values(row.runs);
  const points = base?.points ?? pointsOf(first.plan, size, seed);
  const sweep = await runAll(row, points, () => size.samples, options, 'sweep');
  const kept = base ? reproducing(base) : points.map((_, i) => i);
  const longSamples = Object.fromEntries(
    Object.entries(row.runs).map(([name, { samples }]) => [
      name,
      Math.min(samples, size.longSamplesMax),
    ]),
  );
  const done = { row, points, sweep, kept, base, longSamples };
  if (!row.figures.some(({ extreme }) => extreme)) return { ...done, long: [] };
  // For the row to calibrate on, only points that reproduce it are worth a long run.
  const fitting = row.calibrates === true ? reproducing({ ...done, long: [] }) : kept;
  // Points are in random order, so the first ones are a fair choice. Where a calibration has left
  // too few, they are run again under other seeds.
  const chosen = Array.from({ length: size.longPoints }, (_, i) => fitting[i % fitting.length]);
  const longPoints = fitting.length === 0 ? [] : chosen.map((i) => points[i]);
  const long = await runAll(row, longPoints, (name) => longSamples[name], options, 'long runs');
  return { ...done, long };
}

/**
 * The rule of the calibration: the printed minimum and mean come out. The maximum takes no part: in
 * one hour it varies by a factor of two on one machine.
 */
export function reproduces(row: PredictedRow, runs: PointRuns): boolean {
  return row.figures
    .filter(({ name }) => name === 'min' || name === 'mean')
    .every((figure) => truncateToUs(figure.value(runs)) === figure.published.low);
}

/** Places of the points of a row that reproduce it. */
export function reproducing({ row, points, sweep }: RowSweep): number[] {
  return points.map((_, i) => i).filter((i) => reproduces(row, sweep[i]));
}

const JOB: Job<RunTask, RunSummary> = {
  worker: new URL('./worker.js', import.meta.url),
  run: runTask,
  weight: ({ activations }) => activations,
};

/** All runs of a row at all points; the seed of a run is its point's place. */
async function runAll(
  row: PredictedRow,
  points: readonly Factors[],
  samples: (run: string) => number,
  { workers, seed, progress }: SweepOptions,
  phase: string,
): Promise<PointRuns[]> {
  const names = Object.keys(row.runs);
  const tasks = points.flatMap((factors, i) =>
    names.map((name): RunTask => {
      const { plan, edits = [] } = row.runs[name];
      return { plan, edits, factors, seed: `${seed}/${i}`, activations: samples(name) };
    }),
  );
  const total = tasks.reduce((sum, { activations }) => sum + activations, 0);
  const results = (await runTasks(tasks, JOB, {
    workers,
    progress: (done) => progress(`${row.id}: ${phase}`, done / total),
  })) as RunSummary[];
  return points.map((_, i) =>
    Object.fromEntries(names.map((name, n) => [name, results[i * names.length + n]])),
  );
}
