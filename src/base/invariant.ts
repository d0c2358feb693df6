/**
 * Invariants: what must hold whatever a user wrote. A broken one is a defect of this program, so it
 * stops the run loudly, with what is needed to see it again: the simulated time and the seed.
 */

/** Where in which run an invariant broke. */
export interface InvariantContext {
  /** Simulated time, ns since the start. */
  readonly simulatedNs: number;
  readonly seed: string;
}

/** A promise of the simulator to itself that did not hold. Never caused by input alone. */
export class InvariantError extends Error {
  readonly simulatedNs: number;
  readonly seed: string;

  constructor(message: string, context: InvariantContext) {
    super(`${message} (at ${context.simulatedNs} ns of simulated time, seed ${context.seed})`);
    this.name = 'InvariantError';
    this.simulatedNs = context.simulatedNs;
    this.seed = context.seed;
  }
}
