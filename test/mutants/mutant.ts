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

/**
 * Writes mutants of one folder of src. `test`: the test file below `test/` that must fail; absent: a
 * recording must.
 *
 * @example mutantOf('kernel')('yields-to-head', 'rtQueue.ts', 'a', 'b', 'Why.', 'simulation/traces/T1')
 */
export const mutantOf =
  (folder: string) =>
  (
    name: string,
    file: string,
    find: string,
    replace: string,
    why: string,
    test?: string,
  ): Mutant => ({
    name,
    file: `src/${folder}/${file}`,
    find,
    replace,
    why,
    caughtBy: test === undefined ? 'recordings' : [`test/${test}.test.ts`],
  });
