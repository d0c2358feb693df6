import { test } from 'vitest';
import { lawsHold } from './properties.js';

test('random small plans obey the laws of the machine at every event', () => lawsHold(150));
