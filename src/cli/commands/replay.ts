/** `isochron replay`: makes a witness happen again and prints its timeline. */
import { dirname, join, normalize } from 'node:path';
import type { Witness, WitnessFile } from '../../adversary/witness.js';
import { DiagnosticsError } from '../../base/diagnostics.js';
import { formatDuration } from '../../base/units.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { inputError, readTextFile } from '../inputFiles.js';
import { loadPlan } from '../loadPlan.js';
import { jsonText, printable } from '../printDiagnostics.js';
import { usageError } from '../usage.js';

const OPTIONS = {
  plan: { type: 'string', describe: 'The plan [default: the one that the witness names]' },
  workload: { type: 'string', describe: 'Replay the witness of this workload only' },
  timeline: { type: 'boolean', default: true, describe: 'Print every step on the path' },
  ...JSON_OPTION,
} as const;

interface ReplayArguments {
  readonly file: string;
  readonly plan?: string;
  readonly workload?: string;
  readonly timeline: boolean;
  readonly json: boolean;
}

/** A problem of a witness file that says where in it. */
function badFile(file: string, message: string): DiagnosticsError {
  const fix = 'write a new one by isochron worst PLAN --out FILE';
  return inputError('witness/form', file, message, fix);
}

async function readWitnesses(file: string): Promise<WitnessFile> {
  const { witnessFileSchema } = await import('../../adversary/witness.js');
  let parsed: unknown;
  try {
    parsed = JSON.parse(readTextFile(file));
  } catch (error) {
    if (error instanceof DiagnosticsError) throw error;
    throw badFile(file, 'is no JSON');
  }
  const result = witnessFileSchema.safeParse(parsed);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 20).map(({ path, message }) => {
    const at = path.map(String).join('.').slice(0, 80);
    return badFile(file, `${at === '' ? 'is no witness file' : at}: ${message.slice(0, 200)}`);
  });
  throw new DiagnosticsError(issues.flatMap(({ diagnostics }) => diagnostics));
}

/** Path of the plan: the option, or what the witness names if that is below the witness's folder. */
function planPath(args: ReplayArguments, { plan }: WitnessFile): string {
  if (args.plan !== undefined) return args.plan;
  const named = plan.file === undefined ? '' : normalize(plan.file);
  const fix = `write isochron replay ${args.file} --plan PLAN`;
  if (named === '' || named === '-') throw usageError('the witness names no plan', fix);
  // A file from elsewhere must not make this command read whatever it likes.
  if (named.startsWith('/') || named.startsWith('..') || /^[A-Za-z]:/.test(named)) {
    throw usageError(`the witness names a plan outside of its folder: ${named}`, fix);
  }
  return join(dirname(args.file), named);
}

/** What the columns of a timeline are. */
const LEGEND =
  '  since the release, for how long, on which pCPU, | where interrupts are off,\n' +
  '  who, step, and the kernel function that it stands for\n\n';

interface Told {
  readonly witness: Witness;
  readonly differences: readonly string[];
  readonly text: string;
  readonly json: Record<string, unknown>;
}

async function tell(plan: NormalizedPlan, witness: Witness, timeline: boolean): Promise<Told> {
  const { differences, replayWitness } = await import('../../adversary/replay.js');
  const { atWork, timelineOf, timelineText } = await import('../../adversary/timeline.js');
  const replay = replayWitness(plan, witness);
  const different = differences(witness, replay);
  const { workload, latencyNs, endNs, choices, undisturbedNs, seed } = witness;
  const steps = replay === undefined ? [] : timelineOf(replay.lines, endNs, latencyNs);
  const prefix = undisturbedNs > 0 ? `${formatDuration(undisturbedNs)} undisturbed, then ` : '';
  const head =
    `${printable(workload)}: ${formatDuration(latencyNs)} (${latencyNs} ns), seed ` +
    `${printable(seed)}, ${prefix}${choices.length} choices\n` +
    `  released at ${endNs - latencyNs} ns, over at ${endNs} ns of simulated time\n`;
  const text = head + (timeline ? `\n${LEGEND}${printable(timelineText(atWork(steps)))}` : '');
  const json = {
    workload,
    latencyNs,
    endNs,
    fingerprint: replay?.fingerprint ?? null,
    reproduced: different.length === 0,
    differences: different,
    attribution: replay?.sample.attribution ?? [],
    timeline: timeline ? steps : [],
  };
  return { witness, differences: different, text, json };
}

async function run(args: ReplayArguments, context: Context): Promise<ExitCode> {
  const file = await readWitnesses(args.file);
  const { plan } = loadPlan(planPath(args, file), context);
  const { mismatches, misfits } = await import('../../adversary/replay.js');
  const chosen = file.witnesses.filter(
    ({ workload }) => args.workload === undefined || workload === args.workload,
  );
  if (chosen.length === 0) {
    const names = file.witnesses.map(({ workload }) => workload).join(', ');
    const which = args.workload === undefined ? '' : ` of ${args.workload}`;
    throw usageError(`the file has no witness${which}`, `it has ${names === '' ? 'none' : names}`);
  }
  const reasons = mismatches(plan, file);
  if (reasons.length === 0) reasons.push(...chosen.flatMap((one) => misfits(plan, one)));
  const told: Told[] = [];
  if (reasons.length === 0) {
    for (const witness of chosen) told.push(await tell(plan, witness, args.timeline));
  }
  const differs = told.flatMap(({ witness, differences }) =>
    differences.map((reason) => `${witness.workload}: ${reason}`),
  );
  const all = [...reasons, ...differs];
  if (args.json) {
    const { name, hash } = plan;
    const witnesses = told.map(({ json }) => json);
    context.stdout.write(jsonText({ planName: name, planHash: hash, mismatches: all, witnesses }));
  } else {
    context.stdout.write(told.map(({ text }) => text).join('\n'));
  }
  for (const reason of all.slice(0, 100)) {
    context.stderr.write(`${printable(args.file)}: does not replay: ${printable(reason)}\n`);
  }
  return all.length > 0 ? EXIT.mismatch : EXIT.ok;
}

export const replayCommand = defineCommand({
  command: 'replay <file>',
  summary: 'Make a witness of the worst case happen again and print its timeline',
  positionals: {
    file: { type: 'string', demandOption: true, describe: 'Witness file of isochron worst' },
  },
  options: OPTIONS,
  examples: [
    ['$0 replay witness.json', 'Replay every witness of the file'],
    [
      '$0 replay witness.json --plan plan.yaml --workload plc',
      'One of them, and where its plan is',
    ],
    ['$0 replay witness.json --no-timeline', 'Only whether it still happens'],
  ],
  run,
});
