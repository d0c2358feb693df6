/** The plans of the soak: one in four is any plan at all, the others are such as have bounds. */
import fc from 'fast-check';
import { arbitraryPlan } from '../../src/testing/arbitraryPlan.js';
import { arbitraryRealtimePlan } from '../../src/testing/arbitraryRealtimePlan.js';
import type { SmallPlan } from '../../src/testing/smallPlan.js';

export function soakPlan(): fc.Arbitrary<SmallPlan> {
  return fc.oneof(
    { weight: 3, arbitrary: arbitraryRealtimePlan() },
    { weight: 1, arbitrary: arbitraryPlan() },
  );
}
