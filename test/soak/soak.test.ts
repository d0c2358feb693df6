/** A small soak: no plan shows a latency above its bound, and without a term some plan does. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from './check.js';
import { realtimePlan } from './realtimePlan.js';

const PLANS = 2000;

test('what is observed never exceeds the bound', () => {
  let bounded = 0;
  fc.assert(
    fc.property(realtimePlan(), (small) => {
      const checked = checkPlan(small, { seeds: ['1'], extremes: ['as drawn', 'longest'] });
      bounded += checked.bounded;
      expect(checked.violation).toBeUndefined();
    }),
    { numRuns: PLANS, seed: 7 },
  );
  expect(bounded).toBeGreaterThan(PLANS);
}, 300_000);

test.each(['host.contextSwitch', 'rounding up of arrivals', 'SMI'])(
  'a bound without %s is found to be too low',
  (without) => {
    const outcome = fc.check(
      fc.property(realtimePlan(), (small) => {
        const extremes = ['longest' as const];
        return checkPlan(small, { seeds: ['1'], extremes, without }).violation === undefined;
      }),
      { numRuns: PLANS, seed: 7, endOnFailure: true },
    );
    expect(outcome.failed).toBe(true);
  },
  300_000,
);
