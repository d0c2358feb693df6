/**
 * Makes a plan that breaks something as small as it gets while it still does. Generators whose parts
 * depend on each other shrink badly, so the document itself is shrunk: keys and list items are left
 * out one at a time, larger parts first, for as long as anything can go (delta debugging, Zeller
 * 2002, with subsets of one).
 */
import { DiagnosticsError } from '../base/diagnostics.js';
import { type Doc, load, type SmallPlan } from './smallPlan.js';

type Path = ReadonlyArray<string | number>;

/** Every key and list item of a value, parents before what they hold. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()].reverse() : Object.keys(value);
  return keys.flatMap((key) => {
    const below = [...path, key];
    return [below, ...pathsOf((value as Record<string | number, unknown>)[key], below)];
  });
}

/** A copy of the document without one of its parts; undefined if the part is gone already. */
function without(doc: Doc, path: Path): Doc | undefined {
  const copy = structuredClone(doc);
  let owner: unknown = copy;
  for (const key of path.slice(0, -1)) {
    owner = (owner as Record<string | number, unknown> | undefined)?.[key];
  }
  const last = path[path.length - 1];
  if (Array.isArray(owner)) {
    if (Number(last) >= owner.length) return undefined;
    owner.splice(Number(last), 1);
    return copy;
  }
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, last)) return undefined;
  delete (owner as Doc)[last];
  return copy;
}

/** True if the plan is valid and `breaks` says so of it. */
function stillBreaks(small: SmallPlan, breaks: (small: SmallPlan) => boolean): boolean {
  try {
    load(small);
  } catch (error) {
    if (error instanceof DiagnosticsError) return false;
    throw error;
  }
  return breaks(small);
}

/**
 * The plan without everything that `breaks` does not need; `tries` bounds how often it is asked
 * (@defaultValue 2000). The result is valid and breaks, as the plan given must.
 */
export function minimize(
  plan: SmallPlan,
  breaks: (small: SmallPlan) => boolean,
  tries = 2000,
): SmallPlan {
  let small = plan;
  let left = tries;
  const accept = (candidate: SmallPlan): boolean => {
    if (left-- <= 0 || !stillBreaks(candidate, breaks)) return false;
    small = candidate;
    return true;
  };
  if (small.cost !== '0ns') accept({ ...small, cost: '0ns' });
  for (let changed = true; changed && left > 0; ) {
    changed = false;
    for (const path of pathsOf(small.doc)) {
      const doc = without(small.doc, path);
      if (doc && accept({ ...small, doc })) changed = true;
    }
  }
  return small;
}
