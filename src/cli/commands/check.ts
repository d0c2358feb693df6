/** `isochron check`: which rules of a realtime partition a plan breaks, and their repair. */
import type { CheckOptions, RuleFinding } from '../../rules/checkPlan.js';
import type { CheckedFile } from '../../rules/sarif.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import { type Context, wantsColour, widthOf } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { STANDARD_INPUT } from '../inputFiles.js';
import { tryLoadPlan } from '../loadPlan.js';
import { checkTargets, writeFiles } from '../outputFiles.js';
import { jsonText, printDiagnostics } from '../printDiagnostics.js';
import { usageError } from '../usage.js';

const OPTIONS = {
  fix: { type: 'boolean', default: false, describe: 'Write the repaired plan over the file' },
  'dry-run': { type: 'boolean', default: false, describe: 'With --fix: print the changes only' },
  ignore: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Leave out a rule; may be repeated. A plan does so under check.ignore',
  },
  all: { type: 'boolean', default: false, describe: 'Print every finding in full' },
  list: { type: 'boolean', default: false, describe: 'List all rules' },
  explain: { type: 'string', describe: 'Say what a rule asks for, and why' },
  sarif: { type: 'boolean', default: false, describe: 'Print SARIF 2.1.0 on standard output' },
  ...JSON_OPTION,
} as const;

interface CheckArguments {
  readonly plans?: readonly string[];
  readonly fix: boolean;
  readonly 'dry-run': boolean;
  readonly ignore?: readonly string[];
  readonly all: boolean;
  readonly list: boolean;
  readonly explain?: string;
  readonly sarif: boolean;
  readonly json: boolean;
}

interface Checked extends CheckedFile {
  readonly repaired?: readonly RuleFinding[];
  /** The change as a diff, for --dry-run. */
  readonly diff?: string;
  readonly left?: string;
}

async function runCheck(args: CheckArguments, context: Context): Promise<ExitCode> {
  const rules = await import('../../rules/checkPlan.js');
  if (args.list || args.explain !== undefined) {
    const { describeRules } = await import('../checking/describeRules.js');
    return describeRules(args, context);
  }
  const plans = args.plans ?? [];
  refuseContradictions(args, plans);
  for (const id of args.ignore ?? []) {
    const wrong = rules.ruleOf(id) ? undefined : rules.unknownRule(id);
    if (wrong) throw usageError(wrong.message, wrong.fix ?? '');
  }
  const options = { ignore: args.ignore ?? [] };
  const files: Checked[] = [];
  for (const plan of plans) files.push(await checkFile(plan, args, options));
  await print(files, args, context);
  if (files.some(({ report }) => report === undefined)) return EXIT.input;
  const broken = files.some(({ report }) =>
    report?.findings.some(({ rule }) => rule.severity !== 'info'),
  );
  return broken ? EXIT.findings : EXIT.ok;
}

function refuseContradictions(args: CheckArguments, plans: readonly string[]): void {
  if (plans.length === 0) {
    throw usageError('isochron check needs a plan', 'write isochron check plan.yaml');
  }
  if (args.json && args.sarif) {
    throw usageError('--json and --sarif exclude each other', 'keep one of them');
  }
  if (args['dry-run'] && !args.fix) {
    throw usageError('--dry-run says what --fix would do', 'write --fix --dry-run');
  }
  if (args.fix && !args['dry-run'] && plans.includes(STANDARD_INPUT)) {
    throw usageError('--fix cannot write to standard input', 'name a file, or add --dry-run');
  }
}

async function checkFile(
  plan: string,
  args: CheckArguments,
  options: CheckOptions,
): Promise<Checked> {
  const { checkPlan } = await import('../../rules/checkPlan.js');
  const prepared = tryLoadPlan(plan);
  const file = plan === STANDARD_INPUT ? 'standard-input' : plan;
  if (!prepared.plan) return { file, diagnostics: prepared.diagnostics };
  if (!args.fix) return { file, report: checkPlan(prepared, options), diagnostics: [] };
  const { repairFile } = await import('../checking/repairFile.js');
  const { unifiedDiff } = await import('../checking/lineDiff.js');
  const { before, after, fixed, left, prepared: again } = repairFile(plan, prepared, options);
  if (!args['dry-run'] && after !== before) {
    checkTargets([plan], []);
    writeFiles([{ path: plan, data: after }]);
  }
  return {
    file,
    report: checkPlan(again, options),
    diagnostics: [],
    repaired: fixed,
    left,
    ...(args['dry-run'] ? { diff: unifiedDiff(before, after, file) } : {}),
  };
}

async function print(
  files: readonly Checked[],
  args: CheckArguments,
  context: Context,
): Promise<void> {
  for (const { diagnostics, report } of files) {
    printDiagnostics([...diagnostics, ...(report?.diagnostics ?? [])], context.stderr, context.env);
  }
  if (args.sarif) {
    const { sarifLog } = await import('../../rules/sarif.js');
    context.stdout.write(jsonText(sarifLog(files)));
    return;
  }
  if (args.json) {
    const { checkJson } = await import('../checking/checkJson.js');
    context.stdout.write(jsonText(checkJson(files)));
    return;
  }
  const { checkText } = await import('../checking/checkText.js');
  const text = {
    width: widthOf(context.stdout, context.env),
    colour: wantsColour(context.stdout, context.env),
    all: args.all,
  };
  for (const [i, { file, report, repaired, diff, left }] of files.entries()) {
    if (!report) continue;
    if (diff !== undefined) {
      context.stdout.write(diff);
    } else {
      if (i > 0) context.stdout.write('\n');
      context.stdout.write(checkText(file, report, text));
    }
    if (repaired) context.stderr.write(repairText(file, repaired, args['dry-run']));
    if (left) context.stderr.write(`${file}: these belong into a file that it extends:\n${left}`);
  }
  const open = files.flatMap(({ report }) => report?.findings ?? []);
  const mendable = open.filter(({ patches }) => patches.length > 0).length;
  if (!args.fix && open.length > 0) {
    context.stderr.write(
      `isochron check --fix repairs ${mendable} of ${open.length}; --explain RULE says more about a rule\n`,
    );
  }
}

function repairText(file: string, fixed: readonly RuleFinding[], dry: boolean): string {
  const done = dry ? 'would repair' : 'repaired';
  if (fixed.length === 0) return `${file}: nothing to repair\n`;
  const ids = [...new Set(fixed.map(({ rule }) => rule.id))];
  return `${file}: ${done} ${fixed.length} ${fixed.length === 1 ? 'finding' : 'findings'} (${ids.join(', ')})\n`;
}

export const checkCommand = defineCommand({
  command: 'check [plans..]',
  summary: 'Find what a plan does against the rules of a realtime partition, and repair it',
  positionals: {
    plans: { type: 'string', array: true, describe: 'Plan files; - is standard input' },
  },
  options: OPTIONS,
  examples: [
    ['$0 check plan.yaml', 'Exit code 8 if a rule is broken'],
    ['$0 check --fix --dry-run plan.yaml', 'Show what a repair would change'],
    ['$0 check --sarif plans/*.yaml', 'For code hosts and editors'],
    ['$0 check --explain isolation/smt-sibling', 'What a rule asks for, and why'],
  ],
  run: runCheck,
});
