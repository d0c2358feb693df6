/** `isochron validate`: predicts published measurements and says how right the predictions are. */
import { defineCommand, JSON_OPTION } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { checkTargets, writeFiles } from '../outputFiles.js';
import { packageVersion } from '../packageFiles.js';
import { jsonText } from '../printDiagnostics.js';
import { parseCount, usageError } from '../usage.js';
import type { PredictedRow } from '../validation/row.js';
import type { SweepSize } from '../validation/sweep.js';

const OPTIONS = {
  row: { type: 'string', array: true, describe: 'Only these rows, as in --row OCP-GOOD' },
  quick: {
    type: 'boolean',
    default: false,
    describe: 'Few points and samples: minutes to seconds',
  },
  points: { type: 'string', describe: 'Points of the sweep [default: 300, quick: 60]' },
  samples: { type: 'string', describe: 'Samples of a point [default: 2000, quick: 1000]' },
  'long-samples': {
    type: 'string',
    describe: 'At most this many for extremes [default: as published, quick: 20000]',
  },
  seed: { type: 'string', default: '1', describe: 'Seed of the sweep and of all random draws' },
  workers: { type: 'string', default: '2', describe: 'Worker threads; the result is the same' },
  output: { type: 'string', alias: 'o', describe: 'Write the printed result to this file' },
  ...JSON_OPTION,
} as const;

interface ValidateArguments {
  readonly row?: readonly (string | number)[];
  readonly quick: boolean;
  readonly points?: string;
  readonly samples?: string;
  readonly 'long-samples'?: string;
  readonly seed: string;
  readonly workers: string;
  readonly output?: string;
  readonly json: boolean;
}

/** The rows asked for, with those that they calibrate on. */
function chosenRows(names: readonly string[], rows: readonly PredictedRow[]): PredictedRow[] {
  if (names.length === 0) return [...rows];
  const wanted = new Set(names);
  for (const name of names) {
    const row = rows.find(({ id }) => id === name);
    if (row === undefined) {
      throw usageError(
        `there is no row "${name}" that a prediction exists for`,
        `name one of ${rows.map(({ id }) => id).join(', ')}`,
      );
    }
    if (row.calibratesOn !== undefined) wanted.add(row.calibratesOn);
  }
  return rows.filter(({ id }) => wanted.has(id));
}

/** The size asked for; every count that is not given keeps its default. */
function sizeOf(args: ValidateArguments, whole: SweepSize): SweepSize {
  const count = (option: string, text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : parseCount(option, text, 1, 1e9);
  return {
    points: count('--points', args.points, whole.points),
    samples: count('--samples', args.samples, whole.samples),
    longPoints: whole.longPoints,
    longSamplesMax: count('--long-samples', args['long-samples'], whole.longSamplesMax),
  };
}

/** Prints a line when a phase begins and every tenth of it. */
function progressPrinter(context: Context): (phase: string, done: number) => void {
  let last = '';
  return (phase, done) => {
    const line = `${phase} ${Math.floor(done * 10) * 10} %`;
    if (line === last) return;
    last = line;
    context.stderr.write(`${line}\n`);
  };
}

async function run(args: ValidateArguments, context: Context): Promise<ExitCode> {
  const workers = parseCount('--workers', args.workers, 0, 64);
  checkTargets([args.output], []);
  const { PREDICTED_ROWS, UNDECIDABLE_ROWS } = await import('../validation/rows.js');
  const { FULL, QUICK, sweepRows } = await import('../validation/sweep.js');
  const { judgeRow } = await import('../validation/judge.js');
  const { validationText } = await import('../validation/print.js');
  const names = (args.row ?? []).map(String);
  const rows = chosenRows(names, PREDICTED_ROWS);
  const size = sizeOf(args, args.quick ? QUICK : FULL);
  const sweeps = await sweepRows(rows, {
    size,
    workers,
    seed: args.seed,
    progress: progressPrinter(context),
  });
  const validation = {
    version: packageVersion(),
    seed: args.seed,
    quick: args.quick,
    points: size.points,
    sweepSamples: size.samples,
    rows: sweeps.map(judgeRow),
    undecidable: names.length === 0 ? UNDECIDABLE_ROWS : [],
  };
  const printed = args.json ? jsonText(validation) : validationText(validation);
  if (args.output === undefined) context.stdout.write(printed);
  else writeFiles([{ path: args.output, data: printed }]);
  return EXIT.ok;
}

export const validateCommand = defineCommand({
  command: 'validate',
  summary: 'Predict published measurements and list hits and misses',
  positionals: {},
  options: OPTIONS,
  examples: [
    ['$0 validate --quick', 'All rows, coarsely, in about a minute'],
    ['$0 validate --row OCP-GOOD', 'One row in full'],
  ],
  run,
});
