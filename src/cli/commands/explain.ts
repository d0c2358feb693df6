import type { NormalizedPlan } from '../../plan/normalized.js';
import type { PlanDocument } from '../../plan/schema.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { type Explanation, explainText, type VariantRow, worstTimeline } from '../explanation.js';
import { loadPlan } from '../loadPlan.js';
import { jsonText } from '../printDiagnostics.js';
import { ProgressBar } from '../progress.js';
import { parseCount, usageError } from '../usage.js';
import { prepareVariant } from '../variantPlan.js';

const OPTIONS = {
  activations: { type: 'string', default: '2000', describe: 'Activations of each run' },
  seed: { type: 'string', default: '1', describe: 'Seed of all random draws, for all runs' },
  workload: { type: 'string', describe: 'Explain this workload [default: the first]' },
  'what-if': { type: 'boolean', default: true, describe: 'Run the plan with single changes' },
  onion: { type: 'boolean', default: true, describe: 'Run the plan layer by layer' },
  progress: { type: 'boolean', describe: 'Show progress [default: only on a terminal]' },
  ...JSON_OPTION,
} as const;

interface ExplainArguments {
  readonly plan: string;
  readonly activations: string;
  readonly seed: string;
  readonly workload?: string;
  readonly 'what-if': boolean;
  readonly onion: boolean;
  readonly progress?: boolean;
  readonly json: boolean;
}

interface Variant {
  readonly name: string;
  readonly document: PlanDocument;
}

/** Loops have no activations: runs last this long then. */
const LOOPS_NS = 1_000_000_000;

async function runPlan(plan: NormalizedPlan, workload: string, seed: string, activations: number) {
  const { simulate } = await import('../../simulation/simulation.js');
  // The others would only take time; what disturbs is threads, interrupts and guests.
  const { intervalNs } = plan.workloads.find(({ id }) => id === workload) ?? { intervalNs: 0 };
  const untilNs = intervalNs > 0 ? activations * intervalNs : LOOPS_NS;
  const result = simulate(plan, { seed, untilNs });
  return result.workloads.find(({ id }) => id === workload);
}

async function runVariants(
  variants: readonly Variant[],
  run: (plan: NormalizedPlan) => ReturnType<typeof runPlan>,
  file: string,
  step: () => boolean,
): Promise<VariantRow[]> {
  const rows: VariantRow[] = [];
  for (const { name, document } of variants) {
    await new Promise((resolve) => setImmediate(resolve));
    if (step()) break;
    const { plan } = prepareVariant(file, document);
    const latency = plan && (await run(plan))?.latency;
    const percentiles = latency?.percentiles ?? {};
    rows.push({
      name,
      maxNs: latency === undefined || latency.count === 0 ? null : latency.maxNs,
      p99Ns: Object.hasOwn(percentiles, '99') ? percentiles['99'] : null,
    });
  }
  return rows;
}

async function run(args: ExplainArguments, context: Context): Promise<ExitCode> {
  const activations = parseCount('--activations', args.activations, 1, 1e9);
  const { plan, document } = loadPlan(args.plan, context);
  const ids = plan.workloads.map(({ id }) => id);
  const workload = args.workload ?? ids[0];
  if (workload === undefined || !ids.includes(workload)) {
    throw usageError(`the plan has no workload ${workload}`, `name one of ${ids.join(', ')}`);
  }
  const { whatIfs } = await import('../../advise/whatIf.js');
  const { onionSteps } = await import('../../advise/onion.js');
  const changes = args['what-if'] ? whatIfs(document, plan) : [];
  const layers = args.onion ? onionSteps(document) : [];
  let interrupted = false;
  const release = context.onInterrupt(() => {
    interrupted = true;
  });
  const bar = new ProgressBar(context.stderr, args.progress ?? context.stderr.isTTY === true);
  const startMs = performance.now();
  let done = 0;
  const step = (): boolean => {
    done++;
    const total = changes.length + layers.length;
    bar.line(performance.now() - startMs, () => `run ${done} of ${total}`);
    return interrupted;
  };
  const one = (variant: NormalizedPlan) => runPlan(variant, workload, args.seed, activations);
  const base = await one(plan);
  const after = await runVariants(changes, one, args.plan, step);
  const steps = await runVariants(layers, one, args.plan, step);
  bar.clear();
  if (!interrupted) release();
  const maxNs = base === undefined || base.latency.count === 0 ? null : base.latency.maxNs;
  const gain = ({ maxNs: withNs }: VariantRow): number => (maxNs ?? 0) - (withNs ?? 0);
  const ranked = after.map((row, order) => ({ row, order }));
  ranked.sort((a, b) => gain(b.row) - gain(a.row) || a.order - b.order);
  const explanation: Explanation = {
    planName: plan.name,
    workload,
    maxNs,
    worst: base?.worst[0] ?? null,
    timeline: await worstTimeline(plan, workload, args.seed, base?.worst[0]),
    whatIfs: ranked.map(({ row }) => row).filter((row) => row.maxNs !== null),
    onion: steps,
    complete: !interrupted,
  };
  context.stdout.write(args.json ? jsonText(explanation) : explainText(explanation));
  return interrupted ? EXIT.interrupted : EXIT.ok;
}

export const explainCommand = defineCommand({
  command: 'explain <plan>',
  summary: 'Say where the worst latency comes from, what would help, and what each setting gives',
  positionals: { plan: { type: 'string', demandOption: true, describe: 'Plan file' } },
  options: OPTIONS,
  examples: [
    ['$0 explain plan.yaml', 'The first workload'],
    ['$0 explain plan.yaml --workload plc --no-onion', 'Another one, without the layers'],
  ],
  run,
});
