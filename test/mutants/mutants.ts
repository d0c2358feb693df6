import { CONFORMANCE_MUTANTS } from './conformanceMutants.js';
import type { Mutant } from './mutant.js';

/** Every mutant that `npm run mutants` runs. */
export const MUTANTS: readonly Mutant[] = [...CONFORMANCE_MUTANTS];
