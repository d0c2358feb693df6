/** Merges the parts of a run into its result. */
import { VERSION } from '../base/version.js';
import { Histogram } from '../latency/histogram.js';
import { DEFAULT_PERCENTILES } from '../latency/percentiles.js';
import { judgeRequirement } from '../latency/requirements.js';
import type {
  LatencySummary,
  RunResult,
  Unfinished,
  WorkloadResult,
  WorstSample,
} from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { BuiltPart } from './build.js';
import type { Series } from './measurements.js';
import { lostPackets, packetsOf, packetsUnderWay, switchResults } from './networkResult.js';
import { partitionCost } from './partitionCost.js';

export interface RunState {
  readonly plan: NormalizedPlan;
  readonly parts: readonly BuiltPart[];
  readonly series: readonly Series[];
  readonly seed: string;
  readonly simulatedNs: number;
  readonly complete: boolean;
  readonly worstKept: number;
}

export function resultOf(run: RunState): RunResult {
  return {
    version: VERSION,
    planName: run.plan.name,
    planHash: run.plan.hash,
    seed: run.seed,
    fingerprint: fingerprintOf(run.parts),
    simulatedNs: run.simulatedNs,
    complete: run.complete,
    workloads: run.series.map((series, index) => workloadResult(run, series, index)),
    ...(run.plan.switches.length > 0 ? { switches: switchResults(run) } : {}),
    partition: partitionCost(run.plan, run.parts, run.simulatedNs),
    assumptions: run.plan.assumptions.map(({ path, reason }) => `${path}: ${reason}`),
  };
}

/**
 * One number for everything that was dispatched: the chains of all lanes, each weighted by its
 * pCPU, so that how the plan was cut into parts does not matter. A pCPU on which nothing can happen
 * contributes nothing.
 */
export function fingerprintOf(parts: readonly BuiltPart[]): string {
  let low = 0;
  let high = 0;
  for (const { m, layout } of parts) {
    layout.pcpus.forEach((pcpu, lane) => {
      const [a, b] = m.fingerprint.share(lane, pcpu);
      low = (low + a) | 0;
      high = (high + b) | 0;
    });
  }
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
  return hex(high) + hex(low);
}

function workloadResult(run: RunState, series: Series, index: number): WorkloadResult {
  const recorders = run.parts.flatMap(({ m }) =>
    m.measure.recorders.filter((_, i) => m.measure.seriesOf[i] === index),
  );
  const histogram = new Histogram();
  const causes: Record<string, number> = Object.create(null);
  const worst: WorstSample[] = [];
  for (const recorder of recorders) {
    histogram.merge(recorder.histogram);
    for (const [cause, ns] of Object.entries(recorder.causes())) {
      causes[cause] = (causes[cause] ?? 0) + ns;
    }
    worst.push(...recorder.worst());
  }
  worst.sort((a, b) => b.latencyNs - a.latencyNs || a.atNs - b.atNs || attributionOrder(a, b));
  const names = Object.keys(causes).sort((a, b) => causes[b] - causes[a] || (a < b ? -1 : 1));
  const main = series.id === series.workload.id;
  const requirements = run.plan.requirements.filter(
    (one) => main && one.workload === series.workload.id,
  );
  const packets = packetsOf(run, series.workload);
  const unfinished = packets ? packetsUnderWay(run, series.workload) : unfinishedOf(run, index);
  const lost = packets ? lostPackets(packets) : 0;
  return {
    id: series.id,
    title: series.title,
    latency: summaryOf(histogram),
    unfinished,
    ...(packets ? { packets } : {}),
    causes: Object.fromEntries(names.map((name) => [name, causes[name]])),
    worst: worst.slice(0, run.worstKept),
    requirements: requirements.map((one) => judgeRequirement(one, histogram, unfinished, lost)),
    histogram: histogram.toData(),
  };
}

/**
 * Latencies of a series that began before the end and are open. An interruption that is still
 * shorter than its threshold is none yet.
 */
function unfinishedOf({ parts, simulatedNs }: RunState, series: number): Unfinished {
  let count = 0;
  let oldestNs = 0;
  for (const { m } of parts) {
    const { recorderOf, seriesOf, fromNs, thresholdNs } = m.measure;
    recorderOf.forEach((recorder, window) => {
      const ageNs = simulatedNs - fromNs[window];
      if (seriesOf[recorder] !== series || ageNs <= 0 || ageNs < thresholdNs[window]) return;
      count++;
      oldestNs = Math.max(oldestNs, ageNs);
    });
  }
  return { count, oldestNs };
}

function attributionOrder(a: WorstSample, b: WorstSample): number {
  const text = (sample: WorstSample): string => JSON.stringify(sample.attribution);
  return text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;
}

function summaryOf(histogram: Histogram): LatencySummary {
  const { count, minNs, meanNs, maxNs } = histogram;
  const percentiles: Record<string, number> = {};
  for (const percentile of DEFAULT_PERCENTILES) {
    const ns = histogram.percentile(percentile);
    if (ns !== null) percentiles[percentile] = ns;
  }
  return { count, minNs, meanNs, maxNs, percentiles };
}
