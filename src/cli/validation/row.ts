/** What a row of the validation is: a published measurement, and how it is predicted. */
import type { Interval } from '../../calibrate/verdict.js';
import type { Patch } from '../../plan/edit.js';
import type { RunSummary } from './task.js';

/** A plan that a row runs. */
export interface RowRun {
  /** Name of a plan in models/plans. */
  readonly plan: string;
  readonly edits?: readonly Patch[];
  /** Samples of the published run; the runs for minimum and maximum have as many. */
  readonly samples: number;
}

/** Runs of one point by name. */
export type PointRuns = Readonly<Record<string, RunSummary>>;

export interface RowFigure {
  readonly name: string;
  /** us: truncated as the instrument prints it. ratio and usExact: as it is. */
  readonly unit: 'us' | 'usExact' | 'ratio';
  /** Observed values that must lie in the prediction, or a claim that the prediction must keep. */
  readonly kind: 'observation' | 'claim';
  readonly published: Interval;
  /** Mean values settle within few samples; extremes need as many as were published. */
  readonly extreme: boolean;
  /** In ns, or a plain ratio. */
  value(runs: PointRuns): number;
}

/** A published measurement that the model predicts. */
export interface PredictedRow {
  readonly id: string;
  readonly title: string;
  readonly platform: string;
  readonly runs: Readonly<Record<string, RowRun>>;
  readonly figures: readonly RowFigure[];
  /** Other rows calibrate on this one: its minimum and mean are no prediction. */
  readonly calibrates?: boolean;
  /** Only points that reproduce the named row are in force. */
  readonly calibratesOn?: string;
  /** Published maxima of several runs, compared by rank with as many samples each. */
  readonly maximaUs?: readonly number[];
  /** What it can and cannot decide. */
  readonly decides: string;
  /** The published run is longer than what is simulated: it can refute, not confirm. */
  readonly shorterThanPublished?: boolean;
}

/** A published measurement that no plan can be stated for. */
export interface UndecidableRow {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}
