/** `isochron check --list` and `--explain RULE`: what the rules are, without a plan. */
import { DiagnosticsError } from '../../base/diagnostics.js';
import { ruleOf, unknownRule } from '../../rules/checkPlan.js';
import { RULES } from '../../rules/registry.js';
import { type Context, widthOf } from '../context.js';
import { EXIT, type ExitCode } from '../exitCodes.js';
import { packageVersion } from '../packageFiles.js';
import { jsonText } from '../printDiagnostics.js';
import { alignColumns } from '../table.js';
import { ruleToJson } from './checkJson.js';
import { explainText } from './checkText.js';

export function describeRules(
  args: { readonly explain?: string; readonly json: boolean },
  context: Context,
): ExitCode {
  const rule = args.explain === undefined ? undefined : ruleOf(args.explain);
  if (args.explain !== undefined && rule === undefined) {
    const wrong = unknownRule(args.explain);
    throw new DiagnosticsError([{ ...wrong, severity: 'error', place: { file: 'command line' } }]);
  }
  const rules = rule ? [rule] : RULES;
  if (args.json) {
    context.stdout.write(jsonText({ version: packageVersion(), rules: rules.map(ruleToJson) }));
  } else if (rule) {
    context.stdout.write(explainText(rule, widthOf(context.stdout, context.env)));
  } else {
    context.stdout.write(
      alignColumns(RULES.map(({ id, severity, title }) => [id, severity, title])),
    );
  }
  return EXIT.ok;
}
