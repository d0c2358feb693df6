/** `isochron suggest`: the smallest partition that meets every requirement, as a change of the plan. */
import type { Search } from '../../advise/suggest.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import type { Context } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { readTextFile, STANDARD_INPUT } from '../inputFiles.js';
import { loadPlan } from '../loadPlan.js';
import { checkTargets, writeFiles } from '../outputFiles.js';
import { jsonText } from '../printDiagnostics.js';
import { usageError } from '../usage.js';

const OPTIONS = {
  output: { alias: 'o', type: 'string', describe: 'Write the plan with the suggestion to a file' },
  budget: { type: 'number', default: 150, describe: 'Partitions to try at most' },
  ...JSON_OPTION,
} as const;

interface SuggestArguments {
  readonly plan: string;
  readonly output?: string;
  readonly budget: number;
  readonly json: boolean;
}

async function runSuggest(args: SuggestArguments, context: Context): Promise<ExitCode> {
  if (!Number.isSafeInteger(args.budget) || args.budget < 1) {
    throw usageError('--budget is a number of partitions, 1 or more', 'write --budget 150');
  }
  if (args.output !== undefined) checkTargets([args.output], []);
  const prepared = loadPlan(args.plan, context);
  const { plan } = prepared;
  if (plan.requirements.length === 0) {
    throw usageError(
      'no workload of the plan has a requirement',
      'add requirements: [{ workload: ID, latency: { max: 50us } }]',
    );
  }
  const { suggest, outlookOf } = await import('../../advise/suggest.js');
  const search = suggest(prepared, { budget: args.budget });
  const now = outlookOf(plan);
  const { suggestJson, suggestText } = await import('../advice/suggestReport.js');
  context.stdout.write(
    args.json ? jsonText(suggestJson(plan, now, search)) : suggestText(plan, now, search),
  );
  if (args.output !== undefined) await writeSuggestion(args, args.output, search, context);
  return search.best?.meets ? EXIT.ok : EXIT.open;
}

/** The user's text with the change in it, comments and all. */
async function writeSuggestion(
  { plan: file }: SuggestArguments,
  output: string,
  { best }: Search,
  context: Context,
): Promise<void> {
  if (!best) return;
  const { editPlanText } = await import('../../plan/edit.js');
  const edit =
    file === STANDARD_INPUT ? undefined : editPlanText(readTextFile(file), best.placed.patches);
  // Changes of what stands in other files, or in a pipe, cannot be made there: the plan is written whole.
  const whole = edit === undefined || edit.left.length > 0;
  if (whole)
    context.stderr.write(`${output} is the whole plan, with all that ${file} extends, as JSON\n`);
  const text = whole ? jsonText(best.placed.document) : edit.text;
  writeFiles([{ path: output, data: text }]);
  context.stderr.write(`wrote ${output}\n`);
}

export const suggestCommand = defineCommand({
  command: 'suggest <plan>',
  summary: 'Find the partition with the fewest isolated pCPUs that meets every requirement',
  positionals: { plan: { type: 'string', describe: 'Plan file', demandOption: true } },
  options: OPTIONS,
  examples: [
    ['$0 suggest plan.yaml', 'Exit code 0 if a partition meets everything, 3 if none is known to'],
    ['$0 suggest plan.yaml -o smaller.yaml', 'Write the plan with the suggestion in it'],
  ],
  run: runSuggest,
});
