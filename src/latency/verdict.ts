/**
 * Verdicts from observation and bound together: an observed failure outranks everything, a bound
 * within the limit guarantees a maximum and so every percentile.
 */
import type { BoundResult, RequirementResult, RunResult, Verdict } from './result.js';

/** Bounds by the id of their workload or series. */
export type Bounds = ReadonlyMap<string, BoundResult>;

/** The result with the bounds in it, and its requirements judged anew. */
export function withBounds(result: RunResult, bounds: Bounds): RunResult {
  const workloads = result.workloads.map((workload) => {
    const { latency, unfinished, requirements } = workload;
    const observedNs = Math.max(latency.count > 0 ? latency.maxNs : 0, unfinished.oldestNs);
    const bound = checked(bounds.get(workload.id), observedNs);
    if (bound === undefined) return workload;
    return { ...workload, bound, requirements: requirements.map((one) => judged(one, bound)) };
  });
  return { ...result, workloads };
}

/** A bound below an observation is wrong, and is not given as one. */
function checked(bound: BoundResult | undefined, observedNs: number): BoundResult | undefined {
  if (bound === undefined || bound.ns === null || bound.ns >= observedNs) return bound;
  const reason = `a defect of the analysis: ${observedNs} ns were observed above its ${bound.ns} ns; please report it`;
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

/**
 * What a bound alone says about a limit.
 *
 * @example verdictOfBound({ ns: 40_000, terms: [], assumed: [], reasons: [] }, 50_000) // 'guaranteed'
 */
export function verdictOfBound(bound: BoundResult, limitNs: number): Verdict {
  if (bound.ns === null || bound.ns > limitNs) return 'open';
  return bound.assumed.length > 0 ? 'guaranteed if' : 'guaranteed';
}
