/** What is stored of an experiment, so that a later run can be held against it. */
import { z } from 'zod';
import type { Experiment } from './experiment.js';
import { findingText } from './finding.js';
import {
  type ClaimOutcome,
  type ExperimentRuns,
  judgeClaims,
  lookupIn,
  type VariantRuns,
} from './judge.js';

const range = z.tuple([z.number(), z.number()]);
const held = z.strictObject({ held: z.number(), of: z.number(), range: range.optional() });

const latencySchema = z.strictObject({
  count: z.number(),
  minNs: z.number(),
  meanNs: z.number(),
  p99Ns: z.number().optional(),
  maxNs: z.number(),
  unfinished: z.number(),
});

export const summarySchema = z.strictObject({
  experiment: z.string(),
  finding: z.string(),
  variants: z.record(z.string(), z.record(z.string(), latencySchema)),
  claims: z.array(
    z.strictObject({
      check: z.string(),
      says: z.string(),
      given: z.string().optional(),
      verdict: z.enum(['holds', 'fails', 'contradicted']),
      over: z.enum(['sweep', 'most', 'nominal']),
      dimension: z.number(),
      nominal: held,
      sweep: held.optional(),
      hangsOn: z.array(z.string()),
      contradicted: z.string().optional(),
    }),
  ),
});

/** Latencies of a workload over all seeds: extremes of the extremes, and the mean of all samples. */
export type LatencyOverSeeds = z.output<typeof latencySchema>;
export type ExperimentSummary = z.output<typeof summarySchema>;

/** The summary of an experiment's runs. */
export function summaryOf(experiment: Experiment, runs: ExperimentRuns): ExperimentSummary {
  const [first] = runs.nominal;
  // In the order of the schema, as a stored one is read.
  return summarySchema.parse({
    experiment: experiment.name,
    finding: findingText(experiment.finding, lookupIn(first)),
    variants: Object.fromEntries(
      experiment.variants.map(({ name }) => [name, latencies(name, runs.nominal)]),
    ),
    claims: judgeClaims(experiment, runs).map(roundedOutcome),
  });
}

function latencies(
  variant: string,
  runs: readonly VariantRuns[],
): Record<string, LatencyOverSeeds> {
  const ids = Object.keys(runs[0][variant].workloads);
  return Object.fromEntries(ids.map((id) => [id, overSeeds(variant, id, runs)]));
}

function overSeeds(variant: string, id: string, runs: readonly VariantRuns[]): LatencyOverSeeds {
  const all = runs.map((one) => one[variant].workloads[id]);
  const some = all.filter(({ count }) => count > 0);
  const count = all.reduce((sum, one) => sum + one.count, 0);
  const mean = some.reduce((sum, one) => sum + one.meanNs * one.count, 0) / (count || 1);
  const p99s = some.flatMap(({ percentiles }) => percentiles['99'] ?? []);
  return {
    count,
    minNs: some.length === 0 ? 0 : Math.min(...some.map(({ minNs }) => minNs)),
    meanNs: Math.round(mean),
    ...(p99s.length > 0 ? { p99Ns: Math.max(...p99s) } : {}),
    maxNs: Math.max(...all.map(({ maxNs }) => maxNs)),
    unfinished: all.reduce((sum, one) => sum + one.unfinished, 0),
  };
}

const rounded = (value: number): number =>
  Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));

function roundedOutcome(outcome: ClaimOutcome): ExperimentSummary['claims'][number] {
  const round = (one: ClaimOutcome['nominal']) => ({
    held: one.held,
    of: one.of,
    ...(one.range
      ? { range: [rounded(one.range[0]), rounded(one.range[1])] as [number, number] }
      : {}),
  });
  const { nominal, sweep, hangsOn, ...rest } = outcome;
  return {
    ...rest,
    nominal: round(nominal),
    ...(sweep ? { sweep: round(sweep) } : {}),
    hangsOn: [...hangsOn],
  };
}
