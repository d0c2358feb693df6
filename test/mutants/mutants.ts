import { CONFORMANCE_KVM_MUTANTS } from './conformanceKvmMutants.js';
import { CONFORMANCE_MUTANTS } from './conformanceMutants.js';
import { KERNEL_MUTANTS } from './kernelMutants.js';
import { KVM_MUTANTS } from './kvmMutants.js';
import type { Mutant } from './mutant.js';

/** Every mutant that `npm run mutants` runs. */
export const MUTANTS: readonly Mutant[] = [
  ...CONFORMANCE_MUTANTS,
  ...CONFORMANCE_KVM_MUTANTS,
  ...KERNEL_MUTANTS,
  ...KVM_MUTANTS,
];
