import { test } from 'vitest';
import { checkPlatform, PLATFORM_TEXTS } from './checks.js';
import { fuzz } from './mutation.js';

test('20_000 mutated platforms', () => fuzz(PLATFORM_TEXTS, 20_000, checkPlatform));
