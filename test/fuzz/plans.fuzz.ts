import { test } from 'vitest';
import { checkPlan, PLAN_TEXTS } from './checks.js';
import { fuzz } from './mutation.js';

test('30_000 mutated plans', () => fuzz(PLAN_TEXTS, 30_000, checkPlan));
