/**
 * Exit codes: what a pipeline that gates a deployment reads. The README prints the same table and
 * a test holds the two together.
 */
import type { RunResult, Verdict } from '../latency/result.js';

export const EXIT = {
  ok: 0,
  internal: 1,
  input: 2,
  open: 3,
  fails: 4,
  assumed: 5,
  undecided: 6,
  mismatch: 7,
  findings: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** In ascending order, as `--help` prints them. */
export const EXIT_CODE_MEANINGS: ReadonlyArray<readonly [ExitCode, string]> = [
  [EXIT.ok, 'done; every requirement is guaranteed, or a percentile met by what was observed'],
  [EXIT.internal, 'internal error: a defect of isochron'],
  [EXIT.input, 'bad input or usage, or a file that cannot be read or written'],
  [
    EXIT.open,
    'a requirement is open: neither sample nor witness fails it and no bound guarantees it',
  ],
  [EXIT.fails, 'at least one requirement or claim fails, or an experiment differs'],
  [EXIT.assumed, 'every requirement is guaranteed, but only under assumed figures'],
  [EXIT.undecided, 'no requirement fails, but one has not enough samples to decide'],
  [EXIT.mismatch, 'a witness does not replay: it is of another plan or version, or differs'],
  [EXIT.findings, 'check: a plan breaks a rule, as an error or a warning'],
  [EXIT.interrupted, 'interrupted: the result is incomplete'],
];

/**
 * The exit code of a finished or interrupted run. A failure outranks a lack of samples: more
 * samples never turn an observed failure of a maximum into a success.
 */
export function exitCodeOfResult(result: RunResult, acceptAssumed: boolean): ExitCode {
  if (!result.complete) return EXIT.interrupted;
  const verdicts = result.workloads.flatMap((w) => w.requirements.map((r) => r.verdict));
  return exitCodeOfVerdicts(verdicts, acceptAssumed);
}

/** The worst of several verdicts as an exit code. */
export function exitCodeOfVerdicts(verdicts: readonly Verdict[], acceptAssumed: boolean): ExitCode {
  if (verdicts.includes('fails')) return EXIT.fails;
  if (verdicts.includes('not enough samples')) return EXIT.undecided;
  if (verdicts.includes('open')) return EXIT.open;
  return verdicts.includes('guaranteed if') && !acceptAssumed ? EXIT.assumed : EXIT.ok;
}
