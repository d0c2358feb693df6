import { test } from 'vitest';
import { apartIsTogether, slicedIsInOneGo } from '../simulation/properties.js';

test('slices of seven events give the result of one go', () => slicedIsInOneGo(60));
test('parts apart give the result of the whole', () => apartIsTogether(120));
