/**
 * The critical instant of the bound as a start of the search: all that is stronger arrives with the
 * hit, and of what is weaker one stretch that lets nobody in has just begun. Which stretch that is
 * no path tells, so each source is tried in turn with the longest of its steps.
 */
import { anchored, type Candidate } from './candidate.js';
import type { Traced } from './evaluate.js';
import type { ChoiceSpace } from './target.js';

/** Sources that are tried at most. */
const BLOCKERS_MAX = 16;

/** A way to go on from the best so far: `undefined` where the source has no step in it. */
export type Blocking = (best: { candidate: Candidate; traced: Traced }) => Candidate | undefined;

/** One for each source: its longest step begins just before the hit. */
export function blockings(space: ChoiceSpace): Blocking[] {
  return space.movable.slice(0, BLOCKERS_MAX).map(({ path }) => ({ candidate, traced }) => {
    const fromNs = longestStep(traced, `${path}/`);
    if (fromNs === undefined) return undefined;
    const nowNs = candidate.anchors[path]?.arrivalNs ?? candidate.hitNs;
    return anchored(candidate, path, nowNs + candidate.hitNs - 1 - fromNs);
  });
}

/** Where the longest step of the programs below `prefix` begins. */
function longestStep({ steps }: Traced, prefix: string): number | undefined {
  let longestNs = 0;
  let beginsNs: number | undefined;
  steps.forEach(({ program, fromNs }, i) => {
    if (!program.startsWith(prefix)) return;
    const ns = (steps[i + 1]?.fromNs ?? fromNs + 1) - fromNs;
    if (ns <= longestNs) return;
    longestNs = ns;
    beginsNs = fromNs;
  });
  return beginsNs;
}
