/**
 * Runs -> verdicts. A claim is held against every seed with the nominal figures and, unless it says
 * otherwise, against every point of the sweep over the assumed figures. Variants of one seed or
 * point share their random draws, so that they differ by their plans alone.
 */
import type { Factors } from '../calibrate/freeFigures.js';
import { figuresThatMatter, sensitivities } from '../calibrate/sensitivity.js';
import type { Claim, ClaimScope, Experiment } from './experiment.js';
import {
  type Comparison,
  dimensionOf,
  evaluate,
  holds,
  type Lookup,
  readingOf,
} from './expression.js';
import { type RunStatistics, statistic } from './statistics.js';

/** Runs of all variants under one seed or at one point, by the variant's name. */
export type VariantRuns = Readonly<Record<string, RunStatistics>>;

export interface ExperimentRuns {
  /** One entry a seed. */
  readonly nominal: readonly VariantRuns[];
  readonly sweep: ReadonlyArray<{ readonly factors: Factors; readonly runs: VariantRuns }>;
}

/** At how many of the runs a claim held, and between which values what it speaks of lay. */
export interface Held {
  readonly held: number;
  readonly of: number;
  /** Absent if no run has a value. */
  readonly range?: readonly [low: number, high: number];
}

/** contradicted: the experiment says why the model contradicts it, and it does. */
export type ClaimVerdict = 'holds' | 'fails' | 'contradicted';

export interface ClaimOutcome {
  readonly says: string;
  readonly check: string;
  /** The runs that counted are those where this holds. */
  readonly given?: string;
  readonly verdict: ClaimVerdict;
  /** Where it was to hold. */
  readonly over: ClaimScope;
  /** 1: the range is in ns, 0: plain numbers. */
  readonly dimension: number;
  readonly nominal: Held;
  readonly sweep?: Held;
  /** The assumed figures that the value hangs on most, the strongest first. */
  readonly hangsOn: readonly string[];
  readonly contradicted?: string;
}

/** Share of the points of the sweep at which a claim has to hold. */
const LEAST_SHARE: Readonly<Record<ClaimScope, number>> = { sweep: 1, most: 0.9, nominal: 0 };

/** Most figures that are named. */
const NAMED_FIGURES = 4;

/** Independent figures share 1 / points of the variance by chance; 8 times that is no chance. */
const LEAST_SHARE_TIMES_POINTS = 8;

/** The workload that a statistic without one means: the first of the run. */
export function firstWorkload(runs: VariantRuns, variant: string): string {
  return Object.keys(runs[variant]?.workloads ?? {})[0] ?? '';
}

/** How calls are answered by the runs of one seed or point. */
export function lookupIn(runs: VariantRuns): Lookup {
  return (call) => {
    const run = runs[call.variant];
    if (run === undefined) return Number.NaN;
    return statistic(run, call, firstWorkload(runs, call.variant));
  };
}

export function judgeClaims(experiment: Experiment, runs: ExperimentRuns): ClaimOutcome[] {
  return experiment.claims.map((claim) => judgeClaim(claim, runs));
}

function judgeClaim(claim: Claim, { nominal, sweep }: ExperimentRuns): ClaimOutcome {
  const { says, check, comparison, given, over, contradicted } = claim;
  const counts = (runs: VariantRuns): boolean =>
    given === undefined || holds(given.comparison, lookupIn(runs)) === true;
  const points = sweep.filter(({ runs }) => counts(runs));
  const atSeeds = heldIn(comparison, nominal.filter(counts));
  const atPoints = heldIn(
    comparison,
    points.map(({ runs }) => runs),
  );
  const least = LEAST_SHARE[over];
  const someRun = atSeeds.of + (least > 0 ? atPoints.of : 0) > 0;
  const everywhere = someRun && atSeeds.held === atSeeds.of && atPoints.held >= least * atPoints.of;
  const expected = contradicted === undefined ? everywhere : someRun && !everywhere;
  const verdict = !expected ? 'fails' : contradicted === undefined ? 'holds' : 'contradicted';
  return {
    says,
    check,
    ...(given === undefined ? {} : { given: given.text }),
    verdict,
    over,
    dimension: dimensionOf(readingOf(comparison)),
    nominal: atSeeds,
    ...(sweep.length > 0 ? { sweep: atPoints } : {}),
    hangsOn: hangsOn(comparison, points),
    ...(contradicted === undefined ? {} : { contradicted }),
  };
}

function heldIn(comparison: Comparison, runs: readonly VariantRuns[]): Held {
  const reading = readingOf(comparison);
  const values = runs
    .map((one) => evaluate(reading, lookupIn(one)))
    .filter((value) => Number.isFinite(value));
  const held = runs.filter((one) => holds(comparison, lookupIn(one)) === true).length;
  if (values.length === 0) return { held, of: runs.length };
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  return { held, of: runs.length, range: [low, high] };
}

function hangsOn(comparison: Comparison, sweep: ExperimentRuns['sweep']): string[] {
  const reading = readingOf(comparison);
  const points = sweep
    .map(({ factors, runs }) => ({ factors, value: evaluate(reading, lookupIn(runs)) }))
    .filter(({ value }) => Number.isFinite(value));
  if (points.length < 3) return [];
  const list = sensitivities(
    points.map(({ factors }) => factors),
    points.map(({ value }) => value),
  );
  return list
    .slice(0, Math.min(NAMED_FIGURES, figuresThatMatter(list)))
    .filter(({ share }) => share > LEAST_SHARE_TIMES_POINTS / points.length)
    .map(({ name }) => name);
}
