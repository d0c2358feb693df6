/** `isochron run`: predicts the latency of every workload of a plan. */
import { join } from 'node:path';
import type { BoundResult, RunResult } from '../../latency/result.js';
import { withBounds } from '../../latency/verdict.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { defineCommand } from '../command.js';
import { type Context, wantsColour, widthOf } from '../context.js';
import { EXIT, type ExitCode, exitCodeOfResult } from '../exitCodes.js';
import { loadPlan } from '../loadPlan.js';
import { checkTargets, type OutputFile, writeFiles } from '../outputFiles.js';
import { jsonText } from '../printDiagnostics.js';
import { reportFiles } from '../reportFiles.js';
import { chartFiles, htmlPage } from '../reports.js';
import { RUN_OPTIONS, type RunArguments, readOptions, stopOptions } from '../running/runOptions.js';
import { runTails, tailsText } from '../running/runTails.js';
import { runSimulation } from '../simulationLoop.js';
import { parseSpan } from '../usage.js';

/** A word as a shell takes it back. */
const quoted = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;

/** The command that gives this result again, defaults spelt out. */
function replayCommand(args: RunArguments, activations: number | undefined): string {
  const words = ['isochron', 'run', args.plan, '--seed', args.seed];
  if (activations !== undefined) words.push('--activations', String(activations));
  if (args.for !== undefined) words.push('--for', args.for);
  if (args.search !== RUN_OPTIONS.search.default) words.push('--search', args.search);
  return words.map(quoted).join(' ');
}

async function outputFiles(
  args: RunArguments,
  result: RunResult,
  plan: NormalizedPlan,
  command: string,
): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  if (args.html !== undefined) {
    files.push({ path: args.html, data: await htmlPage(result, plan, command) });
  }
  for (const [folder, format] of [
    [args.svg, 'svg'],
    [args.png, 'png'],
  ] as const) {
    if (folder === undefined) continue;
    for (const { name, data } of await chartFiles(result, format)) {
      files.push({ path: join(folder, name), data });
    }
  }
  return files;
}

const withoutId = ({ ns, terms, assumed, reasons }: BoundResult): BoundResult => ({
  ns,
  terms,
  assumed,
  reasons,
});

/** The result with what analysis and a short search say about its worst case. */
async function judgedResult(
  observed: RunResult,
  plan: NormalizedPlan,
  budget: number,
  showProgress: boolean,
  context: Context,
): Promise<RunResult> {
  const { boundOf } = await import('../../bound/planBound.js');
  const bounds = new Map(boundOf(plan).series.map((one) => [one.id, withoutId(one)]));
  if (budget === 0 || !observed.complete) return withBounds(observed, bounds);
  const { quickSearch } = await import('../search/quickSearch.js');
  const search = await quickSearch(plan, observed, { budget, showProgress }, context);
  const result = withBounds(observed, bounds, search.witnesses);
  return { ...result, complete: search.complete };
}

async function run(args: RunArguments, context: Context): Promise<ExitCode> {
  const options = readOptions(args);
  const exceedNs = args.exceed === undefined ? undefined : parseSpan('--exceed', args.exceed);
  const { plan } = loadPlan(args.plan, context);
  checkTargets([args.html, args.output], [args.svg, args.png]);
  // Loaded here, so that --help and completion need not wait for the engine.
  const { Simulation } = await import('../../simulation/simulation.js');
  const { renderTerminal } = await import('../../report/terminal.js');
  const stop = stopOptions(plan, options);
  const simulation = new Simulation(plan, stop);
  const showProgress = args.progress ?? context.stderr.isTTY === true;
  await runSimulation(simulation, context, showProgress);
  const result = await judgedResult(
    simulation.result(),
    plan,
    options.search,
    showProgress,
    context,
  );
  const files = await outputFiles(args, result, plan, replayCommand(args, stop.activations));
  const toFile = args.output !== undefined;
  const added = await runTails(result, plan, { tails: args.tails, exceedNs });
  const printed = args.json
    ? jsonText({ ...result, ...added })
    : renderTerminal(result, plan, {
        width: widthOf(context.stdout, context.env),
        colour: !toFile && wantsColour(context.stdout, context.env),
      }) + (await tailsText(result, added));
  if (args.output !== undefined) files.push({ path: args.output, data: printed });
  writeFiles(files);
  if (!toFile) context.stdout.write(printed);
  if (!args.json) reportFiles(files, context);
  if (!result.complete) return EXIT.interrupted;
  return args['exit-zero'] ? EXIT.ok : exitCodeOfResult(result, args['accept-assumed']);
}

export const runCommand = defineCommand({
  command: 'run <plan>',
  summary: 'Predict the latency of every workload of a plan',
  positionals: {
    plan: {
      type: 'string',
      demandOption: true,
      describe: 'Plan file, YAML or JSON; - is standard input',
    },
  },
  options: RUN_OPTIONS,
  examples: [
    ['$0 run plan.yaml', 'Predict and print a table'],
    ['$0 run plan.yaml --for 60s --seed 7', 'One simulated minute with another seed'],
    ['$0 run plan.yaml --tails', 'How sure the percentiles are, and what lies beyond them'],
    ['$0 run plan.yaml --html result.html', 'Also write a page with charts'],
    ['$0 run plan.yaml --json -o result.json', 'Write the result for a program'],
  ],
  run,
});
