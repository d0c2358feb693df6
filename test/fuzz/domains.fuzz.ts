import { test } from 'vitest';
import { fuzzDomains } from '../formats/fuzz.js';

test('40_000 mutated domains', () => fuzzDomains(40_000));
