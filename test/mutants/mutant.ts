/** A rule of the simulator, broken: a piece of source text and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** Path from the root of the project. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Which rule that breaks. */
  readonly why: string;
  /** What must fail: a recorded scenario, or one of these test files. */
  readonly caughtBy: 'recordings' | readonly string[];
}
