/** A few hundred of what `npm run fuzz` does a hundred thousand times. */
import { describe, expect, test } from 'vitest';
import {
  checkImport,
  checkPlan,
  checkPlatform,
  HOST_FILES,
  PLAN_TEXTS,
  PLATFORM_TEXTS,
} from './checks.js';
import { fuzz } from './mutation.js';

describe('mutated', () => {
  test('plans', () => fuzz(PLAN_TEXTS, 100, checkPlan));
  test('platforms', () => fuzz(PLATFORM_TEXTS, 100, checkPlatform));
  test('imports', () => fuzz(HOST_FILES, 100, checkImport));

  test('a check that throws is found', () => {
    const refuse = (text: string): void => {
      if (!text.includes('isochron')) throw new Error('found');
    };
    expect(() => fuzz(PLATFORM_TEXTS, 1000, refuse)).toThrow('Property failed');
  });
});
