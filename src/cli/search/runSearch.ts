/** Drives a search: rounds of chains, progress, Ctrl-C. What it has found so far is never lost. */
import { Search, type SearchOptions, type SearchStanding } from '../../adversary/search.js';
import type { Witness } from '../../adversary/witness.js';
import { formatDuration } from '../../base/units.js';
import type { RunResult } from '../../latency/result.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import type { Context } from '../context.js';
import { ProgressBar } from '../progress.js';
import { ChainPool } from './pool.js';

export interface SearchOutcome {
  readonly witnesses: readonly Witness[];
  readonly standing: readonly SearchStanding[];
  /** False after Ctrl-C. */
  readonly complete: boolean;
}

export interface SearchRun extends SearchOptions {
  readonly jobs: number;
  readonly showProgress: boolean;
}

/** `observed` undefined: the search begins without a sample, at the critical instants alone. */
export async function runSearch(
  plan: NormalizedPlan,
  observed: RunResult | undefined,
  options: SearchRun,
  context: Context,
): Promise<SearchOutcome> {
  const bar = new ProgressBar(context.stderr, options.showProgress);
  const search = new Search(plan, observed, options);
  const pool = new ChainPool(plan, options.jobs);
  let interrupted = false;
  const release = context.onInterrupt(() => {
    interrupted = true;
    void pool.stop();
  });
  const startMs = performance.now();
  try {
    for (let tasks = search.tasks(); tasks.length > 0 && !interrupted; tasks = search.tasks()) {
      await pool.run(tasks, ({ index, result }) => {
        search.offer(index, result);
        bar.line(performance.now() - startMs, () => progressText(search));
      });
      if (interrupted) break;
    }
  } finally {
    await pool.stop();
    bar.clear();
  }
  if (!interrupted) release();
  const witnesses = search.witnesses();
  return { witnesses, standing: search.standing(), complete: !interrupted };
}

function progressText(search: Search): string {
  const { done, total } = search.progress;
  const percent = Math.floor((100 * done) / Math.max(1, total));
  const found = search
    .standing()
    .map(({ workload, witnessNs }) =>
      witnessNs === null ? `${workload} -` : `${workload} ${formatDuration(witnessNs, 1)}`,
    );
  return `searching ${percent}%  ${done} of ${total} runs  ${found.join(', ')}`;
}
