/**
 * The name that a user most likely meant: Damerau-Levenshtein distance (adjacent swaps count one,
 * optimal string alignment), bounded in length and distance.
 */

/** Names longer than this are no names; bounds the work for hostile keys. */
const MAX_LENGTH = 80;

/**
 * The candidate nearest to `word`, letter case aside; undefined if none is near: at most one edit
 * for up to 5 characters, then one more for every further 3. Of equals the first wins.
 *
 * @example nearestName('prioritiy', ['policy', 'priority']) // "priority"
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > MAX_LENGTH) return undefined;
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bound = wanted.length < 6 ? 2 : Math.floor(wanted.length / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bound) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bound);
    if (distance < bound) {
      best = candidate;
      bound = distance;
      if (distance === 0) break;
    }
  }
  return best;
}

/** The distance of `a` and `b`, or `bound` as soon as it cannot be less. */
export function editDistance(
  a: string,
  b: string,
  bound: number = Number.POSITIVE_INFINITY,
): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, before[j - 2] + 1);
      }
      current.push(value);
      least = Math.min(least, value);
    }
    // A swap can reach back two rows, so both must be hopeless.
    if (least >= bound && Math.min(...previous) >= bound) return bound;
    before = previous;
    previous = current;
  }
  return Math.min(previous[b.length], bound);
}
