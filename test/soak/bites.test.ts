/** The soak bites: without a term of the bound some plan shows a latency above it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from './check.js';
import { soakPlan } from './soakPlan.js';

const PLANS = 2000;

test.each(['host.contextSwitch', 'rounding up of arrivals', 'SMI'])(
  'a bound without %s is found to be too low',
  (without) => {
    const outcome = fc.check(
      fc.property(soakPlan(), (small) => {
        const extremes = ['longest' as const];
        return checkPlan(small, { seeds: ['1'], extremes, without }).violation === undefined;
      }),
      { numRuns: PLANS, seed: 5, endOnFailure: true },
    );
    expect(outcome.failed).toBe(true);
  },
  300_000,
);
