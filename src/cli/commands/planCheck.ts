/** `isochron plan check`: says everything that is wrong with a plan, and nothing else. */
import { defineCommand, JSON_OPTION } from '../command.js';
import { EXIT } from '../exitCodes.js';
import { hasErrors, tryLoadPlan } from '../loadPlan.js';
import { packageVersion } from '../packageFiles.js';
import { diagnosticToJson, jsonText, printDiagnostics } from '../printDiagnostics.js';

export const planCheckCommand = defineCommand({
  command: 'check <plan>',
  summary: 'Report every problem of a plan, with its place and a fix',
  positionals: {
    plan: {
      type: 'string',
      demandOption: true,
      describe: 'Plan file, YAML or JSON; - is standard input',
    },
  },
  options: JSON_OPTION,
  examples: [['$0 plan check plan.yaml', 'Exit code 0 if the plan can be run, 2 if not']],
  run(args, context) {
    const { plan, diagnostics } = tryLoadPlan(args.plan);
    const valid = plan !== undefined && !hasErrors(diagnostics);
    printDiagnostics(diagnostics, context.stderr, context.env);
    if (args.json) {
      const json = {
        version: packageVersion(),
        plan: valid ? { name: plan.name, hash: plan.hash } : null,
        diagnostics: diagnostics.map(diagnosticToJson),
      };
      context.stdout.write(jsonText(json));
    } else if (valid) {
      context.stdout.write(`${args.plan}: plan ${plan.name} is valid, hash ${plan.hash}\n`);
    }
    return valid ? EXIT.ok : EXIT.input;
  },
});
