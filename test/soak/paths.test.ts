/** A small soak of plans with paths through the host: switches and what answers their packets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { networkPlan } from '../../src/testing/realtime/network.js';
import { checkPlan } from './check.js';

const PLANS = 1000;

test('what is observed never exceeds the bound', () => {
  let bounded = 0;
  fc.assert(
    fc.property(networkPlan(), (small) => {
      const checked = checkPlan(small, { seeds: ['1'], extremes: ['as drawn', 'longest'] });
      bounded += checked.bounded;
      expect(checked.violation).toBeUndefined();
    }),
    { numRuns: PLANS, seed: 11 },
  );
  expect(bounded).toBeGreaterThan(PLANS / 4);
}, 300_000);
