/** `isochron worst`: searches for the worst case of every workload of a plan. */
import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import { type Context, widthOf } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { loadPlan } from '../loadPlan.js';
import { checkTargets, writeFiles } from '../outputFiles.js';
import { jsonText } from '../printDiagnostics.js';
import { worstReport, worstText } from '../search/report.js';
import { runSimulation } from '../simulationLoop.js';
import { parseCount, usageError } from '../usage.js';

const OPTIONS = {
  budget: { type: 'string', default: '2000', describe: 'Runs of the search per workload' },
  activations: {
    type: 'string',
    default: '20000',
    describe: 'Activations that are observed first: the search begins at the worst of them',
  },
  seed: { type: 'string', default: '1', describe: 'Seed of all random draws and of the search' },
  workload: { type: 'string', describe: 'Search for this workload only' },
  out: { type: 'string', alias: 'o', describe: 'Write the witnesses to this file, for replay' },
  jobs: { type: 'string', describe: 'Worker threads, 0 for none [default: one for each CPU]' },
  progress: { type: 'boolean', describe: 'Show progress [default: only on a terminal]' },
  'exit-zero': {
    type: 'boolean',
    default: false,
    describe: 'Exit with 0 whatever the verdicts are',
  },
  ...JSON_OPTION,
} as const;

interface WorstArguments {
  readonly plan: string;
  readonly budget: string;
  readonly activations: string;
  readonly seed: string;
  readonly workload?: string;
  readonly out?: string;
  readonly jobs?: string;
  readonly progress?: boolean;
  readonly 'exit-zero': boolean;
  readonly json: boolean;
}

function readPlan(args: WorstArguments, context: Context): NormalizedPlan {
  const { plan } = loadPlan(args.plan, context);
  const ids = plan.workloads.map(({ id }) => id);
  if (args.workload !== undefined && !ids.includes(args.workload)) {
    throw usageError(`the plan has no workload ${args.workload}`, `name one of ${ids.join(', ')}`);
  }
  return plan;
}

/** Loops have no activations: the observed run lasts this long for them. */
const LOOPS_NS = 10_000_000_000;

async function run(args: WorstArguments, context: Context): Promise<ExitCode> {
  const budget = parseCount('--budget', args.budget, 0, 1e9);
  const activations = parseCount('--activations', args.activations, 1, 1e12);
  const jobs = parseCount('--jobs', args.jobs ?? String(availableParallelism()), 0, 256);
  const plan = readPlan(args, context);
  checkTargets([args.out], []);
  const { Simulation } = await import('../../simulation/simulation.js');
  const { runSearch } = await import('../search/runSearch.js');
  const { witnessFile } = await import('../../adversary/witness.js');
  const showProgress = args.progress ?? context.stderr.isTTY === true;
  const activated = plan.workloads.some(({ intervalNs, kind }) => {
    return intervalNs > 0 && kind !== 'hwlatdetect';
  });
  const { seed, workload } = args;
  const simulation = new Simulation(plan, {
    seed,
    untilNs: activated ? Number.POSITIVE_INFINITY : LOOPS_NS,
    ...(activated ? { activations } : {}),
  });
  const observedAll = await runSimulation(simulation, context, showProgress);
  const observed = simulation.result();
  const options = { seed, workload, budget: observedAll ? budget : 0, jobs, showProgress };
  const outcome = await runSearch(plan, observed, options, context);
  const complete = observedAll && outcome.complete;
  const report = worstReport(plan, { ...outcome, complete }, { seed, budget });
  const named = relative(dirname(args.out ?? ''), args.plan);
  const file = witnessFile(plan, outcome.witnesses, args.plan === '-' ? undefined : named);
  if (args.out !== undefined) writeFiles([{ path: args.out, data: jsonText(file) }]);
  context.stdout.write(
    args.json
      ? jsonText({ ...report, witnesses: outcome.witnesses })
      : worstText(report, widthOf(context.stdout, context.env)),
  );
  if (!args.json && args.out !== undefined) {
    context.stderr.write(`wrote ${args.out}; replay it by isochron replay ${args.out}\n`);
  }
  if (!complete) return EXIT.interrupted;
  const fails = report.workloads.some(({ requirements }) =>
    requirements.some(({ verdict }) => verdict === 'fails'),
  );
  return fails && !args['exit-zero'] ? EXIT.fails : EXIT.ok;
}

export const worstCommand = defineCommand({
  command: 'worst <plan>',
  summary: 'Search for the worst case of a plan, as a witness that can be replayed',
  positionals: {
    plan: {
      type: 'string',
      demandOption: true,
      describe: 'Plan file, YAML or JSON; - is standard input',
    },
  },
  options: OPTIONS,
  examples: [
    ['$0 worst plan.yaml', 'Search for the worst latency of every workload'],
    ['$0 worst plan.yaml --budget 20000 --out witness.json', 'Search longer, keep the witnesses'],
    ['$0 worst plan.yaml --workload plc --json', 'One workload, for a program'],
  ],
  run,
});
