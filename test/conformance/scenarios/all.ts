import type { Scenario } from '../scenario.js';
import { fifo } from './fifo.js';

/** Every scenario, in the order of the files. */
export const SCENARIOS: readonly Scenario[] = [...fifo];
