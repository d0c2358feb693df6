import type { Mutant } from './mutant.js';

export function firstFailingTest(
  root: string,
  files: readonly string[],
  mutant?: Partial<Mutant>,
): string;
