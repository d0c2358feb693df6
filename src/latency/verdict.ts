/**
 * Verdicts from observation, witness and bound together: what happened or is known to be possible
 * outranks everything, a bound within the limit guarantees a maximum and so every percentile.
 */
import type {
  BoundResult,
  RequirementResult,
  RunResult,
  Verdict,
  WitnessResult,
  WorkloadResult,
} from './result.js';

/** Bounds by the id of their workload or series. */
export type Bounds = ReadonlyMap<string, BoundResult>;

/** What a search found, by the id of the workload. */
export type Witnesses = ReadonlyMap<string, WitnessResult>;

const NO_WITNESSES: Witnesses = new Map();

/**
 * The result with bounds and witnesses in it, and its requirements judged anew. A witness below
 * what was observed gives way to that.
 */
export function withBounds(
  result: RunResult,
  bounds: Bounds,
  witnesses: Witnesses = NO_WITNESSES,
): RunResult {
  const workloads = result.workloads.map((workload) =>
    judgedWorkload(workload, bounds.get(workload.id), witnesses.get(workload.id)),
  );
  return { ...result, workloads };
}

function judgedWorkload(
  workload: WorkloadResult,
  given: BoundResult | undefined,
  found: WitnessResult | undefined,
): WorkloadResult {
  const { latency, unfinished } = workload;
  const seenNs = latency.count > 0 ? latency.maxNs : 0;
  const witness = found && { ...found, ns: Math.max(found.ns, seenNs) };
  const bound = checked(given, Math.max(witness?.ns ?? seenNs, unfinished.oldestNs));
  const requirements = workload.requirements.map((one) => {
    const bounded = bound === undefined ? one : judged(one, bound);
    return witness === undefined ? bounded : refuted(bounded, witness.ns);
  });
  return {
    ...workload,
    requirements,
    ...(bound === undefined ? {} : { bound }),
    ...(witness === undefined ? {} : { witness }),
  };
}

/** A bound below what is possible is wrong, and is not given as one. */
function checked(bound: BoundResult | undefined, possibleNs: number): BoundResult | undefined {
  if (bound === undefined || bound.ns === null || bound.ns >= possibleNs) return bound;
  const reason = `a defect of the analysis: ${possibleNs} ns happened above its ${bound.ns} ns; please report it`;
  return { ns: null, terms: [], assumed: [], reasons: [reason] };
}

function judged(requirement: RequirementResult, bound: BoundResult): RequirementResult {
  const { verdict, limitNs, statistic } = requirement;
  const known = { ...requirement, boundNs: bound.ns };
  if (verdict === 'fails') return known;
  const guarantee = verdictOfBound(bound, limitNs);
  if (guarantee !== 'open') return { ...known, verdict: guarantee };
  return { ...known, verdict: statistic === 'max' && verdict === 'met' ? 'open' : verdict };
}

/** A witness speaks of the maximum alone: how probable it is it does not know. */
function refuted(requirement: RequirementResult, witnessNs: number): RequirementResult {
  if (requirement.statistic !== 'max') return requirement;
  const fails = witnessNs > requirement.limitNs;
  return { ...requirement, witnessNs, ...(fails ? { verdict: 'fails' } : {}) };
}

/**
 * What a bound alone says about a limit.
 *
 * @example verdictOfBound({ ns: 40_000, terms: [], assumed: [], reasons: [] }, 50_000) // 'guaranteed'
 */
export function verdictOfBound(bound: BoundResult, limitNs: number): Verdict {
  if (bound.ns === null || bound.ns > limitNs) return 'open';
  return bound.assumed.length > 0 ? 'guaranteed if' : 'guaranteed';
}
