/** Makes a witness happen again, and tells its story step by step. */
import { VERSION } from '../base/version.js';
import { Choices } from '../engine/choices.js';
import type { WorstSample } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { PartRun, partsOfWorkload } from '../simulation/partRun.js';
import { type TraceLine, TraceRecorder } from '../simulation/trace.js';
import type { Witness, WitnessFile } from './witness.js';

/** A timeline begins this long before the latency does. */
const LEAD_NS = 20_000;
/** Lines of a timeline at most. */
const LINES_MAX = 20_000;

export interface Replay {
  readonly sample: WorstSample;
  /** Steps from shortly before the release to the end, on all pCPUs of the part. */
  readonly lines: readonly TraceLine[];
  readonly fingerprint: string;
}

/** Why a witness cannot speak for a plan; empty if it can. */
export function mismatches(plan: NormalizedPlan, file: WitnessFile): string[] {
  const reasons: string[] = [];
  if (file.version !== VERSION) {
    reasons.push(`the witness is of version ${file.version}, this is version ${VERSION}`);
  }
  if (file.plan.hash !== plan.hash) {
    const of = `plan ${file.plan.name} (hash ${file.plan.hash.slice(0, 12)})`;
    reasons.push(`the witness is of ${of}, not of ${plan.name} (hash ${plan.hash.slice(0, 12)})`);
  }
  return reasons;
}

/** What a witness asks for that the plan does not have; empty if nothing. */
export function misfits(plan: NormalizedPlan, witness: Witness): string[] {
  const { workload, pcpus, choices, seed, endNs, latencyNs } = witness;
  if (!plan.workloads.some(({ id }) => id === workload)) {
    return [`the plan has no workload ${workload}`];
  }
  const parts = partsOfWorkload(plan, workload);
  if (!parts.some((part) => part.join() === pcpus.join())) {
    return [`pCPUs ${pcpus.slice(0, 20).join(',')} are no part of ${workload}`];
  }
  const reasons: string[] = [];
  if (latencyNs > endNs) reasons.push(`a latency of ${latencyNs} ns cannot end at ${endNs} ns`);
  const run = new PartRun(plan, pcpus, { seed, worst: 0 });
  const ranges = new Map(
    run.drawn().map(({ path, law }) => [path, { lowNs: law.minNs, highNs: law.maxNs }]),
  );
  for (const [path, belowNs] of run.phases()) {
    ranges.set(path, { lowNs: 0, highNs: Math.max(0, belowNs - 1) });
  }
  for (const { source, ns } of choices) {
    const range = ranges.get(source);
    const bad = ns.find((value) => !range || value < range.lowNs || value > range.highNs);
    if (range === undefined) reasons.push(`the plan has no source ${source}`);
    else if (bad !== undefined) {
      reasons.push(`${source} takes ${range.lowNs}..${range.highNs} ns, not ${bad}`);
    }
  }
  return reasons;
}

/**
 * Runs a witness that fits its plan. The sample is the worst of the run; compare it and the
 * fingerprint with what the witness expects by {@link differences}.
 */
export function replayWitness(plan: NormalizedPlan, witness: Witness): Replay | undefined {
  const { workload, pcpus, seed, undisturbedNs, choices, endNs, latencyNs } = witness;
  const dictated = new Choices(choices);
  const run =
    undisturbedNs > 0
      ? new PartRun(plan, pcpus, { seed })
      : new PartRun(plan, pcpus, { seed, choices: dictated });
  const fromNs = Math.max(0, endNs - latencyNs - LEAD_NS);
  const dictateNs = Math.min(undisturbedNs, endNs);
  const advance = (untilNs: number): void => {
    if (dictateNs > 0 && run.part.m.nowNs < dictateNs && dictateNs <= untilNs) {
      run.runTo(dictateNs);
      run.dictate(dictated);
    }
    if (run.part.m.nowNs < untilNs) run.runTo(untilNs);
  };
  advance(fromNs);
  const trace = new TraceRecorder(run.part, LINES_MAX);
  advance(endNs);
  const sample = run.worst(workload)[0];
  if (sample === undefined) return undefined;
  return { sample, lines: trace.lines, fingerprint: run.fingerprint() };
}

/** How a replay differs from what its witness expects; empty if in nothing. */
export function differences(witness: Witness, replay: Replay | undefined): string[] {
  if (replay === undefined) return ['the replay has no sample'];
  const reasons: string[] = [];
  const { sample, fingerprint } = replay;
  if (sample.latencyNs !== witness.latencyNs) {
    reasons.push(`the replay has ${sample.latencyNs} ns where ${witness.latencyNs} are expected`);
  }
  if (sample.atNs !== witness.endNs) {
    reasons.push(`the replay ends at ${sample.atNs} ns where ${witness.endNs} is expected`);
  }
  if (fingerprint !== witness.fingerprint) {
    reasons.push(`the fingerprint is ${fingerprint}, not ${witness.fingerprint}`);
  }
  return reasons;
}
