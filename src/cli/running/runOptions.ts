/** The options of `isochron run`, and what follows from them: how long to run and what to keep. */
import { samplesNeeded } from '../../latency/percentiles.js';
import type { NormalizedPlan, WorkloadKind } from '../../plan/normalized.js';
import { ACCEPT_ASSUMED_OPTION, EXIT_ZERO_OPTION, JSON_OPTION } from '../command.js';
import { parseCount, parseSpan, usageError } from '../usage.js';

/** Default activations: enough for p99.99, and for every percentile that the plan requires. */
const MIN_ACTIVATIONS = 100_000;
/** Beyond this a run takes minutes, and only the user can want that. */
const MAX_DEFAULT_ACTIVATIONS = 1_000_000;

/** Default of `--search`: most of what a long search finds, in about a second. */
const QUICK_BUDGET = '96';

export const RUN_OPTIONS = {
  activations: {
    type: 'string',
    describe: 'Stop when every workload has this many [default: what the requirements need]',
  },
  for: { type: 'string', describe: 'Stop after this simulated time, as in 10s' },
  seed: { type: 'string', default: '1', describe: 'Seed of all random draws' },
  worst: { type: 'string', default: '10', describe: 'How many worst samples to keep in full' },
  search: {
    type: 'string',
    default: QUICK_BUDGET,
    describe: 'Runs per workload that look for a worse latency than the observed ones, 0 for none',
  },
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

export interface RunArguments {
  readonly plan: string;
  readonly activations?: string;
  readonly for?: string;
  readonly seed: string;
  readonly worst: string;
  readonly search: string;
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
export function stopOptions(plan: NormalizedPlan, options: ReturnType<typeof readOptions>) {
  if (Number.isFinite(options.untilNs)) return options;
  if (plan.workloads.some(({ kind }) => ACTIVATED.has(kind))) {
    return { ...options, activations: options.activations ?? defaultActivations(plan) };
  }
  if (options.activations === undefined) return { ...options, untilNs: DEFAULT_SPAN_NS };
  throw usageError('no workload of this plan has activations to count', 'write --for 10s');
}

/** The options that say how long to run and what to keep. Throws a usage error. */
export function readOptions({ activations, for: span, seed, worst, search }: RunArguments) {
  return {
    seed,
    untilNs: span === undefined ? Number.POSITIVE_INFINITY : parseSpan('--for', span),
    activations:
      activations === undefined ? undefined : parseCount('--activations', activations, 1, 1e12),
    worst: parseCount('--worst', worst, 0, 1000),
    search: parseCount('--search', search, 0, 1e6),
  };
}
