/**
 * Exit codes: what a pipeline that gates a deployment reads. The README prints the same table and
 * a test holds the two together. 3 and 5 are kept free for verdicts that a bound will give.
 */
import type { RunResult } from '../latency/result.js';

export const EXIT = {
  ok: 0,
  internal: 1,
  input: 2,
  fails: 4,
  undecided: 6,
  mismatch: 7,
  findings: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** In ascending order, as `--help` prints them. */
export const EXIT_CODE_MEANINGS: ReadonlyArray<readonly [ExitCode, string]> = [
  [EXIT.ok, 'done; every requirement is met by what was observed'],
  [EXIT.internal, 'internal error: a defect of isochron'],
  [EXIT.input, 'bad input or usage, or a file that cannot be read or written'],
  [EXIT.fails, 'at least one requirement or claim fails, or an experiment differs'],
  [EXIT.undecided, 'no requirement fails, but one has not enough samples to decide'],
  [EXIT.mismatch, 'a witness does not replay: it is of another plan or version, or differs'],
  [EXIT.findings, 'check: a plan breaks a rule, as an error or a warning'],
  [EXIT.interrupted, 'interrupted: the result is incomplete'],
];

/**
 * The exit code of a finished or interrupted run. A failure outranks a lack of samples: more
 * samples never turn an observed failure of a maximum into a success.
 */
export function exitCodeOfResult(result: RunResult): ExitCode {
  if (!result.complete) return EXIT.interrupted;
  const verdicts = result.workloads.flatMap((w) => w.requirements.map((r) => r.verdict));
  if (verdicts.includes('fails')) return EXIT.fails;
  if (verdicts.includes('not enough samples')) return EXIT.undecided;
  return EXIT.ok;
}
