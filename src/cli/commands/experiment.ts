/** `isochron experiment`: runs experiments again and holds them against what is stored. */
import { defineCommand, JSON_OPTION } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { checkTargets, type OutputFile, writeFiles } from '../outputFiles.js';
import { packageVersion } from '../packageFiles.js';
import { jsonText } from '../printDiagnostics.js';
import { alignColumns } from '../table.js';
import { parseCount } from '../usage.js';

const OPTIONS = {
  list: { type: 'boolean', default: false, describe: 'Only list the experiments' },
  update: {
    type: 'boolean',
    default: false,
    describe: 'Store the summaries and figures of this run as the expected ones',
  },
  html: { type: 'string', describe: 'Write a page with all figures to this file' },
  svg: { type: 'string', describe: 'Write each figure as SVG into this directory' },
  workers: { type: 'string', default: '2', describe: 'Worker threads; the result is the same' },
  output: { type: 'string', alias: 'o', describe: 'Write the printed result to this file' },
  progress: { type: 'boolean', describe: 'Show progress [default: only on a terminal]' },
  ...JSON_OPTION,
} as const;

interface ExperimentArguments {
  readonly names?: readonly (string | number)[];
  readonly list: boolean;
  readonly update: boolean;
  readonly html?: string;
  readonly svg?: string;
  readonly workers: string;
  readonly output?: string;
  readonly progress?: boolean;
  readonly json: boolean;
}

/** Prints a line every twentieth of the work. */
function progressPrinter(context: Context, enabled: boolean): (done: number) => void {
  let last = -1;
  return (done) => {
    const step = Math.floor(done * 20);
    if (!enabled || step === last) return;
    last = step;
    context.stderr.write(`experiments ${step * 5} %\n`);
  };
}

async function list(names: readonly string[], json: boolean, context: Context): Promise<ExitCode> {
  const { loadExperiments } = await import('../experiment/folders.js');
  const experiments = loadExperiments(names).map(({ experiment }) => experiment);
  if (json) {
    const listed = experiments.map(({ name, title, question, claims }) => ({
      name,
      title,
      question,
      claims: claims.map(({ says, check }) => ({ says, check })),
    }));
    context.stdout.write(jsonText({ version: packageVersion(), experiments: listed }));
  } else {
    const rows = experiments.map(({ name, title }) => [name, title]);
    context.stdout.write(alignColumns(rows));
  }
  return EXIT.ok;
}

async function run(args: ExperimentArguments, context: Context): Promise<ExitCode> {
  const names = (args.names ?? []).map(String);
  if (args.list) return list(names, args.json, context);
  const workers = parseCount('--workers', args.workers, 0, 64);
  checkTargets([args.html, args.output], [args.svg]);
  const { loadExperiments } = await import('../experiment/folders.js');
  const { runExperiments } = await import('../experiment/runExperiments.js');
  const { isRight, outcomeOf } = await import('../experiment/outcome.js');
  const { experimentsJson, experimentsText } = await import('../experiment/print.js');
  const folders = loadExperiments(names);
  let interrupted = false;
  let release = (): void => undefined;
  const stop = new Promise<void>((resolve) => {
    release = context.onInterrupt(() => {
      interrupted = true;
      resolve();
    });
  });
  const progress = progressPrinter(context, args.progress ?? context.stderr.isTTY === true);
  progress(0);
  const runs = await runExperiments(folders, { workers, progress, stop });
  if (!interrupted) release();
  const outcomes = folders.map((folder, i) => outcomeOf(folder, runs[i], args.update));
  const printed = args.json
    ? jsonText(experimentsJson(packageVersion(), outcomes))
    : experimentsText(packageVersion(), outcomes);
  const files = await filesOf(args, outcomes);
  if (args.output !== undefined) files.push({ path: args.output, data: printed });
  writeFiles(files);
  if (args.output === undefined) context.stdout.write(printed);
  if (interrupted) return EXIT.interrupted;
  const fails = outcomes.some(({ summary }) =>
    summary?.claims.some(({ verdict }) => verdict === 'fails'),
  );
  if (args.update) return fails ? EXIT.fails : EXIT.ok;
  return outcomes.every(isRight) ? EXIT.ok : EXIT.fails;
}

async function filesOf(
  args: ExperimentArguments,
  outcomes: readonly import('../experiment/outcome.js').ExperimentOutcome[],
): Promise<OutputFile[]> {
  const made = await import('../experiment/files.js');
  const done = made.doneOf(outcomes);
  const files: OutputFile[] = [];
  if (args.update) {
    for (const one of done) files.push(...(await made.updatedFiles(one)));
    files.push(...made.updatedIndex(done));
  }
  if (args.svg !== undefined) files.push(...(await made.figureFiles(done, args.svg)));
  if (args.html !== undefined) files.push(await made.pageFile(done, args.html));
  return files;
}

export const experimentCommand = defineCommand({
  command: 'experiment [names..]',
  summary: 'Run experiments again and compare them with what is stored',
  positionals: {
    names: {
      type: 'string',
      array: true,
      describe: 'Names of experiments, or folders with an experiment.yaml [default: all]',
    },
  },
  options: OPTIONS,
  examples: [
    ['$0 experiment --list', 'The experiments that come with the package'],
    ['$0 experiment timer-backends', 'Run one and compare it'],
    ['$0 experiment ./mine --update', 'Run one of your own and store its summary'],
    ['$0 experiment --html experiments.html', 'Run all and write a page with the figures'],
  ],
  run,
});
