/** `isochron compare`: two plans under the same noise. */
import { type Comparison, compareResults } from '../../advise/compare.js';
import { formatDuration } from '../../base/units.js';
import type { RunResult } from '../../latency/result.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { loadPlan } from '../loadPlan.js';
import { jsonText, printable } from '../printDiagnostics.js';
import { runSimulation } from '../simulationLoop.js';
import { alignColumns } from '../table.js';
import { parseCount, usageError } from '../usage.js';

const OPTIONS = {
  activations: { type: 'string', default: '20000', describe: 'Activations of every workload' },
  seed: { type: 'string', default: '1', describe: 'Seed of all random draws, for both plans' },
  'fail-if-worse': {
    type: 'string',
    describe: 'Exit with 4 if a figure of B is worse by more than this many per cent',
  },
  progress: { type: 'boolean', describe: 'Show progress [default: only on a terminal]' },
  ...JSON_OPTION,
} as const;

interface CompareArguments {
  readonly before: string;
  readonly after: string;
  readonly activations: string;
  readonly seed: string;
  readonly 'fail-if-worse'?: string;
  readonly progress?: boolean;
  readonly json: boolean;
}

const LOOPS_NS = 10_000_000_000;
const CAUSES_SHOWN = 6;

async function resultOf(
  file: string,
  args: CompareArguments,
  context: Context,
): Promise<RunResult> {
  const activations = parseCount('--activations', args.activations, 1, 1e12);
  const { plan } = loadPlan(file, context);
  const { Simulation } = await import('../../simulation/simulation.js');
  const timed = plan.workloads.some(({ intervalNs }) => intervalNs > 0);
  const simulation = new Simulation(plan, {
    seed: args.seed,
    untilNs: timed ? Number.POSITIVE_INFINITY : LOOPS_NS,
    ...(timed ? { activations } : {}),
  });
  await runSimulation(simulation, context, args.progress ?? context.stderr.isTTY === true);
  return simulation.result();
}

const percent = (before: number, after: number): string => {
  if (before === after) return '=';
  const change = (100 * (after - before)) / Math.max(1, before);
  return `${change > 0 ? '+' : ''}${change.toFixed(1)}%`;
};

const time = (ns: number): string => formatDuration(ns, 3);

function text({ workloads, onlyBefore, onlyAfter }: Comparison, a: string, b: string): string {
  const parts = [`A ${printable(a)}\nB ${printable(b)}\n`];
  for (const { id, samples, figures, causes } of workloads) {
    const rows = figures.map(({ statistic, beforeNs, afterNs }) => [
      `  ${statistic}`,
      time(beforeNs),
      time(afterNs),
      percent(beforeNs, afterNs),
    ]);
    const head = [`  samples`, String(samples[0]), String(samples[1]), ''];
    parts.push(`${printable(id)}\n${alignColumns([['', 'A', 'B', ''], head, ...rows], [1, 2, 3])}`);
    if (causes.length === 0) continue;
    const changed = causes
      .slice(0, CAUSES_SHOWN)
      .map(({ cause, beforeNs, afterNs }) => [
        `    ${printable(cause)}`,
        time(Math.round(beforeNs)),
        time(Math.round(afterNs)),
      ]);
    parts.push(`  causes that changed, mean per sample\n${alignColumns(changed, [1, 2])}`);
  }
  if (onlyBefore.length > 0) parts.push(`only in A: ${onlyBefore.map(printable).join(', ')}\n`);
  if (onlyAfter.length > 0) parts.push(`only in B: ${onlyAfter.map(printable).join(', ')}\n`);
  return parts.join('\n');
}

function readPercent(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = /^[0-9]{1,6}(?:\.[0-9]{1,3})?%?$/.test(value) ? Number.parseFloat(value) : -1;
  if (number >= 0) return number;
  throw usageError(
    `--fail-if-worse is "${value.slice(0, 40)}", which is no percentage`,
    'write --fail-if-worse 5',
  );
}

async function run(args: CompareArguments, context: Context): Promise<ExitCode> {
  const worseThan = readPercent(args['fail-if-worse']);
  const before = await resultOf(args.before, args, context);
  if (!before.complete) return EXIT.interrupted;
  const after = await resultOf(args.after, args, context);
  if (!after.complete) return EXIT.interrupted;
  const comparison = compareResults(before, after);
  const { seed } = args;
  context.stdout.write(
    args.json
      ? jsonText({
          version: before.version,
          seed,
          before: { planName: before.planName, planHash: before.planHash },
          after: { planName: after.planName, planHash: after.planHash },
          ...comparison,
        })
      : text(
          comparison,
          `${before.planName} (${args.before})`,
          `${after.planName} (${args.after})`,
        ),
  );
  const worse = comparison.workloads.some(
    ({ worseBy }) => worseThan !== undefined && worseBy * 100 > worseThan,
  );
  return worse ? EXIT.fails : EXIT.ok;
}

export const compareCommand = defineCommand({
  command: 'compare <before> <after>',
  summary: 'Run two plans under the same noise and show what differs',
  positionals: {
    before: { type: 'string', demandOption: true, describe: 'Plan A' },
    after: { type: 'string', demandOption: true, describe: 'Plan B' },
  },
  options: OPTIONS,
  examples: [
    ['$0 compare old.yaml new.yaml', 'Percentiles, maximum and causes of both'],
    ['$0 compare old.yaml new.yaml --fail-if-worse 5', 'For a pipeline: exit code 4 if worse'],
  ],
  run,
});
