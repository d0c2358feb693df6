import { test } from 'vitest';
import { fastIsPlain } from './properties.js';

test('the fast engine gives the result of the plain one, byte for byte', () => fastIsPlain(120));
