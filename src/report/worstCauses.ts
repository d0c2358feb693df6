/** The causes of the worst samples, cut down to as many names as colours can tell apart. */
import type { WorstSample } from '../latency/result.js';
import { CAUSE_COLOURS } from './chartStyle.js';
import { sortedShares } from './figures.js';

export const OTHER_CAUSES = 'other causes';

/** The causes with most ns over these samples, largest first, no more than there are colours. */
export function leadingCauses(samples: readonly WorstSample[]): string[] {
  const totals = new Map<string, number>();
  for (const { attribution } of samples) {
    for (const { cause, ns } of attribution) totals.set(cause, (totals.get(cause) ?? 0) + ns);
  }
  return sortedShares(Array.from(totals, ([cause, ns]) => ({ cause, ns })))
    .slice(0, CAUSE_COLOURS.length)
    .map(({ cause }) => cause);
}

/** One sample as leading causes in the given order and the rest, zeros left out. */
export function groupedShares(
  sample: WorstSample,
  leading: readonly string[],
): Array<{ cause: string; ns: number; order: number }> {
  const ns = new Array<number>(leading.length + 1).fill(0);
  for (const share of sample.attribution) {
    const index = leading.indexOf(share.cause);
    ns[index < 0 ? leading.length : index] += share.ns;
  }
  return ns
    .map((part, order) => ({ cause: leading[order] ?? OTHER_CAUSES, ns: part, order }))
    .filter((part) => part.ns > 0);
}
