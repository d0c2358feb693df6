/** What `isochron run --tails` and `--exceed` add to a result. */
import type { RunResult } from '../../latency/result.js';
import type { Exceedance, WorkloadTail } from '../../latency/tailResult.js';
import type { NormalizedPlan } from '../../plan/normalized.js';

export interface RunTails {
  readonly tails?: readonly WorkloadTail[];
  readonly exceedances?: readonly Exceedance[];
}

/** `exceedNs`: the limit whose chance is asked for. */
export async function runTails(
  result: RunResult,
  plan: NormalizedPlan,
  wanted: { readonly tails: boolean; readonly exceedNs?: number },
): Promise<RunTails> {
  const { tailsOf } = await import('../../latency/tails.js');
  const added: { tails?: readonly WorkloadTail[]; exceedances?: readonly Exceedance[] } = {};
  if (wanted.tails) added.tails = tailsOf(result);
  const limitNs = wanted.exceedNs;
  if (limitNs === undefined) return added;
  const { Splitting } = await import('../../adversary/splitting.js');
  const { targetsOf } = await import('../../adversary/target.js');
  const timed = new Set(plan.workloads.filter((one) => one.intervalNs > 0).map(({ id }) => id));
  const rows: Exceedance[] = [];
  for (const { workload, pcpus } of targetsOf(plan)) {
    if (!timed.has(workload)) continue;
    const splitting = new Splitting(plan, { workload, pcpus }, { seed: result.seed, limitNs });
    // Ctrl-C is heard between passes.
    do await new Promise((resolve) => setImmediate(resolve));
    while (splitting.next());
    const { probability, low, high, notCovered } = splitting.estimate();
    rows.push({ workload, pcpus, limitNs, probability, low, high, notCovered });
  }
  added.exceedances = rows;
  return added;
}

export async function tailsText(result: RunResult, added: RunTails): Promise<string> {
  const { renderExceedances, renderTails } = await import('../../report/terminalTails.js');
  const tails = added.tails === undefined ? '' : renderTails(result, added.tails);
  return tails + (added.exceedances === undefined ? '' : renderExceedances(added.exceedances));
}
