import { test } from 'vitest';
import { checkImport, HOST_FILES } from './checks.js';
import { fuzz } from './mutation.js';

test('20_000 mutated imports', () => fuzz(HOST_FILES, 20_000, checkImport));
