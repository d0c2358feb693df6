/** The result of a run: the documented JSON of `isochron run --json`, and what reports draw. */
import type { Exceedance, WorkloadTail } from './tailResult.js';

/**
 * Counts by latency, at most about 4000 entries: of a run with more different latencies neighbours
 * share an entry. Percentiles and totals of the result come from the full counts, not from these.
 */
export interface HistogramData {
  /** True: every sample of entry i was exactly `upperNs[i]`. False: some entry is a bucket. */
  readonly exact: boolean;
  /**
   * Ascending; an entry holds the samples above the previous bound and at most this one. The last
   * is the maximum.
   */
  readonly upperNs: readonly number[];
  readonly counts: readonly number[];
}

export interface LatencySummary {
  readonly count: number;
  readonly minNs: number;
  readonly meanNs: number;
  readonly maxNs: number;
  /** Percentile as text -> ns; only those that `count` supports. */
  readonly percentiles: Readonly<Record<string, number>>;
}

/** One part of one latency. */
export interface Share {
  readonly cause: string;
  readonly ns: number;
}

export interface WorstSample {
  /** When the latency ended, simulated ns since the start. */
  readonly atNs: number;
  readonly latencyNs: number;
  /** In the order of first appearance on the path; sums to latencyNs. */
  readonly attribution: readonly Share[];
}

/**
 * Latencies that were still open at the end of the run: of activations that were released and not
 * finished, or of interruptions of a busy loop.
 */
export interface Unfinished {
  readonly count: number;
  /** Age of the oldest at the end, a lower bound of the maximum; 0 if there is none. */
  readonly oldestNs: number;
}

/** Packets lost, by the place that was full. */
export interface LostPackets {
  /** Receive queue of the device. */
  readonly wire: number;
  /** Virtqueue towards the guest. */
  readonly ring: number;
  /** Socket in the guest. */
  readonly socket: number;
  /** Virtqueue from the guest. */
  readonly send: number;
}

/** What came in at an interface of a switch, and what became of it. The rest is under way. */
export interface PacketCounts {
  readonly arrived: number;
  /** On the wire again; of a guest without a workload: taken by its kernel. */
  readonly done: number;
  readonly lost: LostPackets;
}

export interface InterfaceResult extends PacketCounts {
  readonly name: string;
  /** Where its packets go, as in `guest motion, vCPU 3` or `wire`. */
  readonly leadsTo: string;
  readonly pollers: readonly string[];
}

export interface SwitchResult {
  readonly name: string;
  readonly interfaces: readonly InterfaceResult[];
}

/**
 * guaranteed: the bound is within the limit; `guaranteed if`: it rests on assumed figures. fails: a
 * sample or a witness is above the limit. open: neither. met: a percentile, by the samples alone.
 */
export type Verdict =
  | 'guaranteed'
  | 'guaranteed if'
  | 'met'
  | 'open'
  | 'fails'
  | 'not enough samples';

/** One part of a bound. */
export interface BoundTermResult {
  readonly name: string;
  /** How often it counts. */
  readonly count: number;
  /** In total; below 0 for what is taken off. */
  readonly ns: number;
  /** Laws with an assumed maximum in it. */
  readonly assumed: readonly string[];
}

/** Upper bound of a latency, by analysis. */
export interface BoundResult {
  /** null: there is none, and `reasons` says why. */
  readonly ns: number | null;
  /** Largest first; they sum to `ns`. */
  readonly terms: readonly BoundTermResult[];
  readonly assumed: readonly string[];
  readonly reasons: readonly string[];
}

/** The worst latency that is known to be possible: found by a search, or observed. */
export interface WitnessResult {
  /** At least the observed maximum. */
  readonly ns: number;
  /** Runs of the search. */
  readonly runs: number;
}

export interface RequirementResult {
  readonly text: string;
  readonly statistic: string;
  readonly limitNs: number;
  /** Of a maximum at least the age of the oldest unfinished activation. */
  readonly observedNs: number | null;
  /** Absent: no bound was asked for; null: there is none. */
  readonly boundNs?: number | null;
  /** Absent: no search was asked for, or nothing found. */
  readonly witnessNs?: number;
  readonly verdict: Verdict;
}

export interface WorkloadResult {
  readonly id: string;
  /** What was measured, as in `cyclictest in guest plc, vCPU 2`. */
  readonly title: string;
  readonly latency: LatencySummary;
  readonly unfinished: Unfinished;
  /** Of a packet workload. A lost packet fails a maximum, and a percentile if too many are. */
  readonly packets?: PacketCounts;
  /** Sum over all samples, ns per cause. */
  readonly causes: Readonly<Record<string, number>>;
  readonly worst: readonly WorstSample[];
  readonly requirements: readonly RequirementResult[];
  /** Absent: no bound was asked for. */
  readonly bound?: BoundResult;
  /** Absent: no search was asked for, or nothing found. */
  readonly witness?: WitnessResult;
  readonly histogram: HistogramData;
}

/** What the partition costs. */
export interface PartitionCost {
  readonly pcpus: number;
  /** pCPUs off the scheduler domains. */
  readonly isolated: number;
  /** pCPUs whose tick stops, isolated or not. */
  readonly nohzFull: number;
  /** Share of all pCPU time, 0..1. */
  readonly idle: number;
  readonly polling: number;
  readonly realtime: number;
  /** pCPUs' worth of time left for best-effort work on non-isolated pCPUs. */
  readonly bestEffortCapacity: number;
  readonly perPcpu: ReadonlyArray<{
    readonly pcpu: number;
    readonly isolated: boolean;
    readonly nohzFull: boolean;
    readonly busy: number;
    readonly polling: number;
    readonly idle: number;
  }>;
}

export interface RunResult {
  readonly version: string;
  readonly planName: string;
  readonly planHash: string;
  readonly seed: string;
  readonly fingerprint: string;
  readonly simulatedNs: number;
  /** False after Ctrl-C or a limit. */
  readonly complete: boolean;
  readonly workloads: readonly WorkloadResult[];
  /** Absent: the plan has none. */
  readonly switches?: readonly SwitchResult[];
  readonly partition: PartitionCost;
  readonly assumptions: readonly string[];
  /** Absent: `--tails` was not asked for. */
  readonly tails?: readonly WorkloadTail[];
  /** Absent: `--exceed` was not asked for. */
  readonly exceedances?: readonly Exceedance[];
}
