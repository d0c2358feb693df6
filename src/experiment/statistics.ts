/** What an experiment keeps of one run: the statistics that claims may speak of. */
import type { RunResult, WorkloadResult } from '../latency/result.js';
import type { Call } from './expression.js';

/**
 * `cause`: mean share of a cause in a sample; `worst`: its share in the worst sample; `unfinished`:
 * activations that never ended; `idle`, `polling`, `spare`: pCPUs' worth of time.
 */
export const STATISTICS = [
  'min',
  'mean',
  'max',
  'percentile',
  'cause',
  'worst',
  'count',
  'unfinished',
  'idle',
  'polling',
  'spare',
  'isolated',
] as const;

export type StatisticName = (typeof STATISTICS)[number];

export interface WorkloadStatistics {
  readonly count: number;
  readonly minNs: number;
  readonly meanNs: number;
  /** At least the age of the oldest activation that never ended. */
  readonly maxNs: number;
  /** Only those that the count supports. */
  readonly percentiles: Readonly<Record<string, number>>;
  readonly unfinished: number;
  /** ns of an average sample by cause. */
  readonly causes: Readonly<Record<string, number>>;
  /** ns of the worst sample by cause. */
  readonly worst: Readonly<Record<string, number>>;
}

/** One run: a variant under one seed. */
export interface RunStatistics {
  readonly workloads: Readonly<Record<string, WorkloadStatistics>>;
  readonly partition: {
    readonly idle: number;
    readonly polling: number;
    readonly spare: number;
    readonly isolated: number;
  };
}

/** The statistics of a result. */
export function statisticsOf(result: RunResult): RunStatistics {
  const { pcpus, idle, polling, bestEffortCapacity, isolated } = result.partition;
  return {
    workloads: Object.fromEntries(result.workloads.map((one) => [one.id, workloadStatistics(one)])),
    partition: {
      idle: idle * pcpus,
      polling: polling * pcpus,
      spare: bestEffortCapacity,
      isolated,
    },
  };
}

function workloadStatistics(workload: WorkloadResult): WorkloadStatistics {
  const { count, minNs, meanNs, maxNs, percentiles } = workload.latency;
  const worst: Record<string, number> = {};
  for (const { cause, ns } of workload.worst[0]?.attribution ?? []) {
    worst[cause] = (worst[cause] ?? 0) + ns;
  }
  const causes = Object.entries(workload.causes).map(([cause, ns]) => [cause, ns / (count || 1)]);
  return {
    count,
    minNs,
    meanNs,
    maxNs: Math.max(maxNs, workload.unfinished.oldestNs),
    percentiles,
    unfinished: workload.unfinished.count,
    causes: Object.fromEntries(causes),
    worst,
  };
}

/**
 * The value that a call names in a run. NaN: the run has none, as a percentile of too few samples.
 * A cause that never occurred has the value 0.
 */
export function statistic(run: RunStatistics, call: Call, firstWorkload: string): number {
  const { partition } = run;
  switch (call.statistic) {
    case 'idle':
    case 'polling':
    case 'spare':
    case 'isolated':
      return partition[call.statistic];
    default: {
      const workload = run.workloads[call.workload ?? firstWorkload];
      return workload === undefined ? Number.NaN : ofWorkload(workload, call);
    }
  }
}

function ofWorkload(workload: WorkloadStatistics, call: Call): number {
  const some = (value: number): number => (workload.count > 0 ? value : Number.NaN);
  switch (call.statistic) {
    case 'min':
      return some(workload.minNs);
    case 'mean':
      return some(workload.meanNs);
    case 'max':
      return workload.count + workload.unfinished > 0 ? workload.maxNs : Number.NaN;
    case 'percentile':
      return workload.percentiles[call.percentile ?? ''] ?? Number.NaN;
    case 'count':
      return workload.count;
    case 'unfinished':
      return workload.unfinished;
    case 'cause':
      return some(ownOr0(workload.causes, call.cause));
    case 'worst':
      return some(ownOr0(workload.worst, call.cause));
    default:
      return Number.NaN;
  }
}

const ownOr0 = (values: Readonly<Record<string, number>>, name = ''): number =>
  Object.hasOwn(values, name) ? values[name] : 0;
