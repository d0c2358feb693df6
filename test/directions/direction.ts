/**
 * An expected direction: what one change of a whole plan must do to its latencies, under common random
 * numbers. A direction that no change could fail says nothing, so each names one that does.
 */
import { fileURLToPath } from 'node:url';
import { prepareVariant } from '../../src/cli/variantPlan.js';
import type { RunResult, WorkloadResult } from '../../src/latency/result.js';
import { applyEdits, editPlan, type Patch } from '../../src/plan/edit.js';
import type { PlanDocument } from '../../src/plan/schema.js';
import { simulate } from '../../src/simulation/simulation.js';
import { preparedPlan } from '../models/models.js';

export type Change = (plan: Draft) => void;

/** A plan document whose host and first guest are there, as in every plan that is used here. */
export type Draft = PlanDocument & {
  host: NonNullable<PlanDocument['host']>;
  guests: NonNullable<PlanDocument['guests']>;
  workloads: NonNullable<PlanDocument['workloads']>;
};

export interface Direction {
  /** What is expected, as a sentence. */
  readonly name: string;
  /** A shipped plan. */
  readonly base: string;
  /** Both plans have this. */
  readonly given?: Change;
  readonly change: Change;
  /** Throws unless the run after the change is as expected of the run before it. */
  readonly expected: (before: Run, after: Run) => void;
  /**
   * What fails it: the reverse patch, or, where nothing is to change, another change in the place of
   * `change`.
   */
  readonly fails: 'reverse' | Change;
  /** Simulated, ns; @defaultValue 1e9 */
  readonly untilNs?: number;
}

/** What the directions look at, of the first workload. */
export class Run {
  constructor(readonly result: RunResult) {}

  get first(): WorkloadResult {
    return this.result.workloads[0];
  }

  /** No sample at all is an infinite latency. */
  get meanNs(): number {
    const { count, meanNs } = this.first.latency;
    return count > 0 ? meanNs : Number.POSITIVE_INFINITY;
  }

  get maxNs(): number {
    const { latency, unfinished } = this.first;
    return Math.max(latency.maxNs, unfinished.oldestNs);
  }

  /** Mean share of a cause, ns per sample. */
  cause(name: string): number {
    const { causes, latency } = this.first;
    return (Object.hasOwn(causes, name) ? causes[name] : 0) / Math.max(1, latency.count);
  }

  /** Share of time that a pCPU works, 0..1. */
  busy(pcpu: number): number {
    return this.result.partition.perPcpu.find((one) => one.pcpu === pcpu)?.busy ?? Number.NaN;
  }
}

export interface Pair {
  readonly before: PlanDocument;
  readonly after: PlanDocument;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
}

/** The two plans of a direction; `change` stands in for its own. */
export function pairOf({ base, given, change: own }: Direction, change: Change = own): Pair {
  const { document } = preparedPlan(base);
  if (document === undefined) throw new Error(base);
  const before = given ? editPlan(document, (plan) => given(plan as Draft)).document : document;
  const { patches, inverse } = editPlan(before, (plan) => change(plan as Draft));
  return { before, after: applyEdits(before, patches), patches, inverse };
}

/** Runs a document as the shipped plan that it was made of would run; throws if it does not load. */
export function runOf({ base, untilNs }: Direction, document: PlanDocument): Run {
  const file = fileURLToPath(new URL(`../../models/plans/${base}.yaml`, import.meta.url));
  const { plan, diagnostics } = prepareVariant(file, document);
  if (!plan) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return new Run(simulate(plan, { seed: '5', untilNs: untilNs ?? 1e9 }));
}
