/**
 * Two plans under the same noise: every random source draws from a stream named by its path, so
 * what both plans have behaves alike in both, and what differs is due to the plans.
 */
import type { RunResult, WorkloadResult } from '../latency/result.js';

export interface CauseChange {
  readonly cause: string;
  /** Mean ns per sample. */
  readonly beforeNs: number;
  readonly afterNs: number;
}

export interface WorkloadComparison {
  readonly id: string;
  readonly samples: readonly [before: number, after: number];
  /** `max` and the percentiles that both have, as text -> ns before and after. */
  readonly figures: ReadonlyArray<{
    readonly statistic: string;
    readonly beforeNs: number;
    readonly afterNs: number;
  }>;
  /** Largest changes of the mean first. */
  readonly causes: readonly CauseChange[];
  /** Largest figure after over before, minus 1; above 0: some figure is worse. */
  readonly worseBy: number;
}

export interface Comparison {
  readonly workloads: readonly WorkloadComparison[];
  /** Workloads that only one of the plans has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/** Compares the results of two runs by the ids of their workloads. */
export function compareResults(before: RunResult, after: RunResult): Comparison {
  const find = (result: RunResult, id: string): WorkloadResult | undefined =>
    result.workloads.find((one) => one.id === id);
  const onlyIn = (a: RunResult, b: RunResult): string[] =>
    a.workloads.flatMap(({ id }) => (find(b, id) ? [] : [id]));
  return {
    workloads: before.workloads.flatMap((one) => {
      const other = find(after, one.id);
      return other === undefined ? [] : [compareWorkloads(one, other)];
    }),
    onlyBefore: onlyIn(before, after),
    onlyAfter: onlyIn(after, before),
  };
}

function compareWorkloads(before: WorkloadResult, after: WorkloadResult): WorkloadComparison {
  const [a, b] = [before.latency, after.latency];
  const shared = Object.keys(a.percentiles).filter((p) => Object.hasOwn(b.percentiles, p));
  shared.sort((p, q) => Number(p) - Number(q) || (p < q ? -1 : 1));
  const figures = [
    ...shared.map((p) => ({
      statistic: `p${p}`,
      beforeNs: a.percentiles[p],
      afterNs: b.percentiles[p],
    })),
    { statistic: 'max', beforeNs: a.maxNs, afterNs: b.maxNs },
  ];
  // A workload that no longer completes anything is worse than any figure says.
  const starved = a.count > 0 && b.count === 0;
  const ratios = figures.map(({ beforeNs, afterNs }) => (afterNs + 1) / (beforeNs + 1) - 1);
  return {
    id: before.id,
    samples: [a.count, b.count],
    figures,
    causes: causeChanges(before, after),
    worseBy: starved ? Number.MAX_VALUE : Math.max(...ratios),
  };
}

function causeChanges(before: WorkloadResult, after: WorkloadResult): CauseChange[] {
  const mean = ({ causes, latency }: WorkloadResult, cause: string): number =>
    Object.hasOwn(causes, cause) && latency.count > 0 ? causes[cause] / latency.count : 0;
  const names = [...new Set([...Object.keys(before.causes), ...Object.keys(after.causes)])];
  const changes = names
    .map((cause) => ({ cause, beforeNs: mean(before, cause), afterNs: mean(after, cause) }))
    .filter(({ beforeNs, afterNs }) => beforeNs !== afterNs);
  const size = ({ beforeNs, afterNs }: CauseChange): number => Math.abs(afterNs - beforeNs);
  changes.sort((x, y) => size(y) - size(x) || (x.cause < y.cause ? -1 : 1));
  return changes;
}
