import { verdictOfBound } from '../../latency/verdict.js';
import { ACCEPT_ASSUMED_OPTION, defineCommand, EXIT_ZERO_OPTION, JSON_OPTION } from '../command.js';
import { type Context, wantsColour, widthOf } from '../context.js';
import { EXIT, type ExitCode, exitCodeOfVerdicts } from '../exitCodes.js';
import { loadPlan } from '../loadPlan.js';
import { packageVersion } from '../packageFiles.js';
import { jsonText } from '../printDiagnostics.js';

interface BoundArguments {
  readonly plan: string;
  readonly json: boolean;
  readonly 'accept-assumed': boolean;
  readonly 'exit-zero': boolean;
}

async function bound(args: BoundArguments, context: Context): Promise<ExitCode> {
  const { plan } = loadPlan(args.plan, context);
  const { boundOf } = await import('../../bound/planBound.js');
  const { renderBounds } = await import('../../report/terminalBound.js');
  const { series } = boundOf(plan);
  const requirements = plan.requirements.map(({ workload, text, statistic, limitNs }) => {
    const found = series.find(({ id }) => id === workload);
    const verdict = found ? verdictOfBound(found, limitNs) : 'open';
    return { text, statistic, limitNs, boundNs: found?.ns ?? null, verdict } as const;
  });
  if (args.json) {
    const { name, hash, assumptions } = plan;
    const version = packageVersion();
    const assumed = assumptions.map(({ path, reason }) => `${path}: ${reason}`);
    context.stdout.write(
      jsonText({
        version,
        planName: name,
        planHash: hash,
        series,
        requirements,
        assumptions: assumed,
      }),
    );
  } else {
    const look = {
      width: widthOf(context.stdout, context.env),
      colour: wantsColour(context.stdout, context.env),
    };
    context.stdout.write(renderBounds(plan.name, series, requirements, look));
  }
  if (args['exit-zero']) return EXIT.ok;
  const verdicts = requirements.map(({ verdict }) => verdict);
  return exitCodeOfVerdicts(verdicts, args['accept-assumed']);
}

export const boundCommand = defineCommand({
  command: 'bound <plan>',
  summary: 'Bound the worst case of every workload by analysis, with its terms',
  positionals: {
    plan: {
      type: 'string',
      demandOption: true,
      describe: 'Plan file, YAML or JSON; - is standard input',
    },
  },
  options: { ...ACCEPT_ASSUMED_OPTION, ...EXIT_ZERO_OPTION, ...JSON_OPTION },
  examples: [
    ['$0 bound plan.yaml', 'Print each bound with its terms, or why there is none'],
    ['$0 bound plan.yaml --accept-assumed', 'Exit with 0 although maxima are assumed'],
  ],
  run: bound,
});
