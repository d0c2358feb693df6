/**
 * The rank test of Mann, Whitney and Wilcoxon, exact and with ties: how often a random split of all
 * values into two groups of these sizes has a rank sum at least as far from its mean.
 *
 * Ties get their mean rank, and the distribution is counted over the mean ranks themselves (a
 * permutation test), so no normal approximation and no correction is needed.
 */

export interface RankTest {
  /** Pairs in which the first sample is greater, ties as a half. */
  readonly u: number;
  /** Two-sided; 1 where all values are equal. */
  readonly p: number;
}

/**
 * Compares two samples. Both need at least one value; the work grows with the product of both sizes
 * and the rank sum, fine up to some hundred values.
 *
 * @example rankTest([1, 2], [3, 4]).p // 1/3: two of the six splits are as extreme
 */
export function rankTest(first: readonly number[], second: readonly number[]): RankTest {
  if (first.length === 0 || second.length === 0) throw new Error('a sample is empty');
  const doubled = doubledMidranks([...first, ...second]);
  const observed = sumOf(doubled.slice(0, first.length));
  const ways = splitsByRankSum(doubled, first.length);
  // Mean of the doubled rank sum: n (N + 1).
  const mean = first.length * (doubled.length + 1);
  let extreme = 0;
  let total = 0;
  ways.forEach((count, sum) => {
    total += count;
    if (Math.abs(sum - mean) >= Math.abs(observed - mean)) extreme += count;
  });
  const smallest = (first.length * (first.length + 1)) / 2;
  return { u: observed / 2 - smallest, p: extreme / total };
}

/** Twice the mean rank of each value: whole numbers even with ties. */
function doubledMidranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b] || a - b);
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = from + 1 + to;
    from = to;
  }
  return ranks;
}

/** Index: doubled rank sum; value: subsets of `size` with that sum (exact up to 2^53). */
function splitsByRankSum(doubled: readonly number[], size: number): number[] {
  const largest = sumOf(doubled);
  const ways = Array.from({ length: size + 1 }, () => new Array<number>(largest + 1).fill(0));
  ways[0][0] = 1;
  for (const rank of doubled) {
    for (let chosen = size; chosen > 0; chosen--) {
      for (let sum = largest; sum >= rank; sum--) ways[chosen][sum] += ways[chosen - 1][sum - rank];
    }
  }
  return ways[size];
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
