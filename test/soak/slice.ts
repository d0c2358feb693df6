/** A slice of the soak as a test: its plans, all of whose latencies keep their bounds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from './check.js';
import { soakPlan } from './soakPlan.js';

const PLANS = 500;

/** Slices of different numbers have different plans. */
export function soakSlice(slice: number): void {
  test('what is observed never exceeds the bound', () => {
    let bounded = 0;
    fc.assert(
      fc.property(soakPlan(), (small) => {
        const checked = checkPlan(small, { seeds: ['1'], extremes: ['as drawn', 'longest'] });
        bounded += checked.bounded;
        expect(checked.violation).toBeUndefined();
      }),
      { numRuns: PLANS, seed: 7 + slice },
    );
    expect(bounded).toBeGreaterThan(PLANS / 2);
  }, 120_000);
}
