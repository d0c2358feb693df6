/** What came of an experiment: its summary against the stored one, and whether that is right. */
import { type Difference, differences } from '../../experiment/compare.js';
import type { ExperimentRuns } from '../../experiment/judge.js';
import { type ExperimentSummary, summaryOf } from '../../experiment/summary.js';
import { type ExperimentFolder, storedSummary } from './folders.js';

/** same: to the last digit; moved: within the tolerance; new: nothing is stored yet. */
export type ExperimentStatus = 'same' | 'moved' | 'differs' | 'new' | 'not run';

export interface ExperimentOutcome {
  readonly folder: ExperimentFolder;
  readonly status: ExperimentStatus;
  /** Absent if a stop came first. */
  readonly summary?: ExperimentSummary;
  readonly differences: readonly Difference[];
}

export function outcomeOf(
  folder: ExperimentFolder,
  runs: ExperimentRuns | undefined,
  overwrites = false,
): ExperimentOutcome {
  if (runs === undefined) return { folder, status: 'not run', differences: [] };
  const summary = summaryOf(folder.experiment, runs);
  const stored = storedOrNone(folder.path, overwrites);
  if (stored === undefined) return { folder, status: 'new', summary, differences: [] };
  const found = differences(stored, summary);
  const status =
    found.length === 0 ? 'same' : found.every(({ small }) => small) ? 'moved' : 'differs';
  return { folder, status, summary, differences: found };
}

/** What is about to be overwritten may be of another version, or broken. */
function storedOrNone(path: string, overwrites: boolean): ExperimentSummary | undefined {
  try {
    return storedSummary(path);
  } catch (error) {
    if (overwrites) return undefined;
    throw error;
  }
}

/** True if the summary is as stored and no claim fails. */
export function isRight({ status, summary }: ExperimentOutcome): boolean {
  const fails = summary?.claims.some(({ verdict }) => verdict === 'fails') ?? true;
  return (status === 'same' || status === 'moved') && !fails;
}
