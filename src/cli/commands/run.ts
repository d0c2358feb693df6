/** `isochron run`: predicts the latency of every workload of a plan. */
import { join } from 'node:path';
import { DiagnosticsError } from '../../base/diagnostics.js';
import { samplesNeeded } from '../../latency/percentiles.js';
import type { BoundResult, RunResult } from '../../latency/result.js';
import { withBounds } from '../../latency/verdict.js';
import type { NormalizedPlan, WorkloadKind } from '../../plan/normalized.js';
import { ACCEPT_ASSUMED_OPTION, defineCommand, EXIT_ZERO_OPTION, JSON_OPTION } from '../command.js';
import { type Context, wantsColour, widthOf } from '../context.js';
import { EXIT, type ExitCode, exitCodeOfResult } from '../exitCodes.js';
import { hasErrors, tryLoadPlan } from '../loadPlan.js';
import { checkTargets, type OutputFile, writeFiles } from '../outputFiles.js';
import { jsonText, printDiagnostics } from '../printDiagnostics.js';
import { reportFiles } from '../reportFiles.js';
import { chartFiles, htmlPage } from '../reports.js';
import { runTails, tailsText } from '../runTails.js';
import { runSimulation } from '../simulationLoop.js';
import { parseCount, parseSpan, usageError } from '../usage.js';

/** Default activations: enough for p99.99, and for every percentile that the plan requires. */
const MIN_ACTIVATIONS = 100_000;
/** Beyond this a run takes minutes, and only the user can want that. */
const MAX_DEFAULT_ACTIVATIONS = 1_000_000;

const OPTIONS = {
  activations: {
    type: 'string',
    describe: 'Stop when every workload has this many [default: what the requirements need]',
  },
  for: { type: 'string', describe: 'Stop after this simulated time, as in 10s' },
  seed: { type: 'string', default: '1', describe: 'Seed of all random draws' },
  worst: { type: 'string', default: '10', describe: 'How many worst samples to keep in full' },
  html: { type: 'string', describe: 'Write a page with all charts to this file' },
  svg: { type: 'string', describe: 'Write each chart as SVG into this directory' },
  png: { type: 'string', describe: 'Write each chart as PNG into this directory' },
  output: { type: 'string', alias: 'o', describe: 'Write the printed result to this file' },
  tails: {
    type: 'boolean',
    default: false,
    describe: 'Confidence of percentiles, fit of the tail',
  },
  exceed: { type: 'string', describe: 'Chance of an activation to exceed this limit, as in 50us' },
  progress: { type: 'boolean', describe: 'Show progress [default: only on a terminal]' },
  ...ACCEPT_ASSUMED_OPTION,
  ...EXIT_ZERO_OPTION,
  ...JSON_OPTION,
} as const;

interface RunArguments {
  readonly plan: string;
  readonly activations?: string;
  readonly for?: string;
  readonly seed: string;
  readonly worst: string;
  readonly html?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly output?: string;
  readonly tails: boolean;
  readonly exceed?: string;
  readonly progress?: boolean;
  readonly 'accept-assumed': boolean;
  readonly 'exit-zero': boolean;
  readonly json: boolean;
}

function defaultActivations(plan: NormalizedPlan): number {
  const needed = plan.requirements
    .filter(({ statistic }) => statistic !== 'max')
    .map(({ statistic }) => samplesNeeded(statistic));
  return Math.min(MAX_DEFAULT_ACTIVATIONS, Math.max(MIN_ACTIVATIONS, ...needed));
}

/** Busy loops and the instruments that sample have no activations to count. */
const ACTIVATED: ReadonlySet<WorkloadKind> = new Set([
  'periodic',
  'cyclictest',
  'timerlat',
  'packet-echo',
  'control-loop',
]);
const DEFAULT_SPAN_NS = 10_000_000_000;

/** When to stop, by the options or else by the plan. Throws a usage error if by neither. */
function stopOptions(plan: NormalizedPlan, options: ReturnType<typeof readOptions>) {
  if (Number.isFinite(options.untilNs)) return options;
  if (plan.workloads.some(({ kind }) => ACTIVATED.has(kind))) {
    return { ...options, activations: options.activations ?? defaultActivations(plan) };
  }
  if (options.activations === undefined) return { ...options, untilNs: DEFAULT_SPAN_NS };
  throw usageError('no workload of this plan has activations to count', 'write --for 10s');
}

/** The options that say how long to run and what to keep. Throws a usage error. */
function readOptions({ activations, for: span, seed, worst }: RunArguments) {
  return {
    seed,
    untilNs: span === undefined ? Number.POSITIVE_INFINITY : parseSpan('--for', span),
    activations:
      activations === undefined ? undefined : parseCount('--activations', activations, 1, 1e12),
    worst: parseCount('--worst', worst, 0, 1000),
  };
}

/** A word as a shell takes it back. */
const quoted = (word: string): string =>
  /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;

/** The command that gives this result again, defaults spelt out. */
function replayCommand(args: RunArguments, activations: number | undefined): string {
  const words = ['isochron', 'run', args.plan, '--seed', args.seed];
  if (activations !== undefined) words.push('--activations', String(activations));
  if (args.for !== undefined) words.push('--for', args.for);
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

async function run(args: RunArguments, context: Context): Promise<ExitCode> {
  const options = readOptions(args);
  const exceedNs = args.exceed === undefined ? undefined : parseSpan('--exceed', args.exceed);
  const { plan, diagnostics } = tryLoadPlan(args.plan);
  if (plan === undefined || hasErrors(diagnostics)) throw new DiagnosticsError(diagnostics);
  printDiagnostics(diagnostics, context.stderr, context.env);
  checkTargets([args.html, args.output], [args.svg, args.png]);
  // Loaded here, so that --help and completion need not wait for the engine.
  const { Simulation } = await import('../../simulation/simulation.js');
  const { renderTerminal } = await import('../../report/terminal.js');
  const stop = stopOptions(plan, options);
  const simulation = new Simulation(plan, stop);
  const showProgress = args.progress ?? context.stderr.isTTY === true;
  await runSimulation(simulation, context, showProgress);
  const { boundOf } = await import('../../bound/planBound.js');
  const bounds = new Map(boundOf(plan).series.map((one) => [one.id, withoutId(one)]));
  const result = withBounds(simulation.result(), bounds);
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
  options: OPTIONS,
  examples: [
    ['$0 run plan.yaml', 'Predict and print a table'],
    ['$0 run plan.yaml --for 60s --seed 7', 'One simulated minute with another seed'],
    ['$0 run plan.yaml --tails', 'How sure the percentiles are, and what lies beyond them'],
    ['$0 run plan.yaml --html result.html', 'Also write a page with charts'],
    ['$0 run plan.yaml --json -o result.json', 'Write the result for a program'],
  ],
  run,
});
