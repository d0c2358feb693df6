/** The short search for a worse latency that `isochron run` makes beside what it observes. */
import type { RunResult, WitnessResult } from '../../latency/result.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import type { Context } from '../context.js';
import { runSearch } from './runSearch.js';

export interface QuickSearch {
  readonly witnesses: ReadonlyMap<string, WitnessResult>;
  /** False after Ctrl-C. */
  readonly complete: boolean;
}

/**
 * Searches in this thread, where the engine is warm. It leaves the observed sample out: going back
 * to it would take as long as the run did.
 */
export async function quickSearch(
  plan: NormalizedPlan,
  { seed }: RunResult,
  options: { readonly budget: number; readonly showProgress: boolean },
  context: Context,
): Promise<QuickSearch> {
  const { standing, complete } = await runSearch(
    plan,
    undefined,
    { seed, jobs: 0, ...options },
    context,
  );
  const found = standing.flatMap(({ workload, witnessNs, runs }) =>
    witnessNs === null ? [] : [[workload, { ns: witnessNs, runs }] as const],
  );
  return { witnesses: new Map(found), complete };
}
