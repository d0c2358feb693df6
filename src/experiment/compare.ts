/**
 * A stored summary against a fresh one. Same version, plan and seed give the same numbers, so every
 * difference is a change of model, platform or plan. Small ones are said; those beyond what a
 * refinement moves, and every changed verdict, make the experiment differ.
 */
import { formatDuration } from '../base/units.js';
import type { ExperimentSummary, LatencyOverSeeds } from './summary.js';

export interface Difference {
  /** True: within the tolerance. */
  readonly small: boolean;
  readonly text: string;
}

/** Share by which a statistic may move. A maximum is an order statistic: one sample decides it. */
const TOLERANCE: Readonly<Record<'minNs' | 'meanNs' | 'p99Ns' | 'maxNs', number>> = {
  minNs: 0.05,
  meanNs: 0.02,
  p99Ns: 0.05,
  maxNs: 0.3,
};
/** What is shorter never counts. */
const SLACK_NS = 50;

/** Every difference, in the order of the summary. */
export function differences(stored: ExperimentSummary, fresh: ExperimentSummary): Difference[] {
  return [...variantDifferences(stored, fresh), ...claimDifferences(stored, fresh)];
}

function variantDifferences(stored: ExperimentSummary, fresh: ExperimentSummary): Difference[] {
  const list: Difference[] = [];
  const names = new Set([...Object.keys(stored.variants), ...Object.keys(fresh.variants)]);
  for (const name of names) {
    const before = stored.variants[name];
    const now = fresh.variants[name];
    if (before === undefined || now === undefined) {
      list.push({ small: false, text: `${name}: ${now ? 'is new' : 'is gone'}` });
      continue;
    }
    for (const id of new Set([...Object.keys(before), ...Object.keys(now)])) {
      if (before[id] === undefined || now[id] === undefined) {
        list.push({ small: false, text: `${name}, ${id}: ${now[id] ? 'is new' : 'is gone'}` });
      } else list.push(...latencyDifferences(`${name}, ${id}`, before[id], now[id]));
    }
  }
  return list;
}

function latencyDifferences(
  what: string,
  before: LatencyOverSeeds,
  now: LatencyOverSeeds,
): Difference[] {
  const list: Difference[] = [];
  for (const statistic of ['minNs', 'meanNs', 'p99Ns', 'maxNs'] as const) {
    const [a, b] = [before[statistic], now[statistic]];
    if (a === b) continue;
    const small =
      a !== undefined &&
      b !== undefined &&
      Math.abs(a - b) <= Math.max(SLACK_NS, TOLERANCE[statistic] * a);
    const text = (ns: number | undefined) => (ns === undefined ? 'none' : formatDuration(ns));
    const name = statistic.slice(0, -2);
    list.push({ small, text: `${what}: ${name} ${text(a)} -> ${text(b)}` });
  }
  if (before.count !== now.count) {
    const small = Math.abs(before.count - now.count) <= 0.05 * before.count;
    list.push({ small, text: `${what}: samples ${before.count} -> ${now.count}` });
  }
  if (before.unfinished !== now.unfinished) {
    const small = before.unfinished > 0 === now.unfinished > 0;
    list.push({ small, text: `${what}: unfinished ${before.unfinished} -> ${now.unfinished}` });
  }
  return list;
}

function claimDifferences(stored: ExperimentSummary, fresh: ExperimentSummary): Difference[] {
  const list: Difference[] = [];
  const before = new Map(stored.claims.map((claim) => [claim.check, claim]));
  for (const claim of fresh.claims) {
    const was = before.get(claim.check);
    before.delete(claim.check);
    if (was === undefined) list.push({ small: false, text: `claim ${claim.check}: is new` });
    else if (was.verdict !== claim.verdict) {
      list.push({
        small: false,
        text: `claim ${claim.check}: ${was.verdict} -> ${claim.verdict}`,
      });
    } else if (JSON.stringify(was) !== JSON.stringify(claim)) {
      list.push({ small: true, text: `claim ${claim.check}: its range moved` });
    }
  }
  for (const check of before.keys()) {
    list.push({ small: false, text: `claim ${check}: is gone` });
  }
  return list;
}
