/** `isochron plan schema`: the JSON Schema of plans, for editors. */
import { runResultJsonSchema } from '../../latency/resultSchema.js';
import { planJsonSchema } from '../../plan/schema.js';
import { defineCommand } from '../command.js';
import { EXIT } from '../exitCodes.js';
import { jsonText } from '../printDiagnostics.js';

export const planSchemaCommand = defineCommand({
  command: 'schema',
  summary: 'Print the JSON Schema of plans, for editors',
  positionals: {},
  options: {
    result: {
      type: 'boolean',
      default: false,
      describe: 'Print the schema of `run --json` rather than that of plans',
    },
    json: { type: 'boolean', default: false, describe: 'Accepted: the schema is always JSON' },
  } as const,
  examples: [
    ['$0 plan schema > plan.schema.json', 'For `# yaml-language-server: $schema=` in a plan'],
    ['$0 plan schema --result', 'What `isochron run --json` prints'],
  ],
  run(args, context) {
    context.stdout.write(jsonText(args.result ? runResultJsonSchema() : planJsonSchema()));
    return EXIT.ok;
  },
});
