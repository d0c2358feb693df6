/** The rank test against values computed by hand, and against counting all splits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankTest } from '../../src/calibrate/rankTest.js';

/** All splits of `values` into two groups, the first of `size`. */
function splits(values: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return values.flatMap((_, i) =>
    splits(values.slice(i + 1), size - 1).map((rest) => [i, ...rest.map((r) => r + i + 1)]),
  );
}

/** Pairs won by the first group, ties a half. */
const pairsWon = (first: readonly number[], second: readonly number[]): number =>
  first
    .flatMap((a) => second.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))
    .reduce<number>((sum, won) => sum + won, 0);

describe('rank test', () => {
  it('gives the values of the exact table', () => {
    // 3 against 3, fully apart: 2 of the 20 splits are as extreme.
    expect(rankTest([1, 2, 3], [4, 5, 6])).toEqual({ u: 0, p: 0.1 });
    // 2 against 2 in alternation: rank sum 4 of 3..7, distance 1; 4 of 6 splits as far.
    expect(rankTest([1, 3], [2, 4])).toEqual({ u: 1, p: 4 / 6 });
    // 4 against 5, fully apart: 2 of 126.
    expect(rankTest([9, 8, 7, 6], [1, 2, 3, 4, 5])).toEqual({ u: 20, p: 2 / 126 });
  });

  it('gives ties their mean rank', () => {
    // Ranks 1.5 1.5 against 3: the sums 3, 4.5, 4.5 lie 1, 0.5, 0.5 off their mean 4.
    expect(rankTest([8, 8], [9])).toEqual({ u: 0, p: 1 / 3 });
    expect(rankTest([8, 9], [8])).toEqual({ u: 1.5, p: 1 });
  });

  it('cannot tell equal values apart', () => {
    expect(rankTest([5, 5, 5], [5, 5])).toEqual({ u: 3, p: 1 });
  });

  it('agrees with counting every split', () => {
    const value = fc.integer({ min: 0, max: 6 });
    const sample = fc.array(value, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        const all = [...first, ...second];
        const mean = (first.length * second.length) / 2;
        const observed = Math.abs(pairsWon(first, second) - mean);
        const wins = splits(all, first.length).map((chosen) =>
          pairsWon(
            chosen.map((i) => all[i]),
            all.filter((_, i) => !chosen.includes(i)),
          ),
        );
        const p = wins.filter((won) => Math.abs(won - mean) >= observed).length / wins.length;
        const test = rankTest(first, second);
        expect(test.u).toBe(pairsWon(first, second));
        expect(test.p).toBeCloseTo(p, 12);
        expect(rankTest(second, first).p).toBeCloseTo(p, 12);
      }),
      { numRuns: 150 },
    );
  });

  it('rejects what is clearly apart at the sizes of the validation: 6 against 20', () => {
    const low = [5, 6, 7, 8, 9, 10];
    const high = Array.from({ length: 20 }, (_, i) => 11 + i);
    // One split lies lowest and one highest, of 230230; ties in the middle would change that.
    expect(rankTest(low, high).p).toBeCloseTo(2 / 230_230, 12);
    expect(rankTest(low, [...low, ...low, ...low, 7, 8]).p).toBeGreaterThan(0.9);
  });

  it('refuses an empty sample', () => {
    expect(() => rankTest([], [1])).toThrow('empty');
    expect(() => rankTest([1], [])).toThrow('empty');
  });
});
