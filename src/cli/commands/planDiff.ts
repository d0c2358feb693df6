/** `isochron plan diff`: what one plan changes against another, as patches. */
import { type Diagnostic, DiagnosticsError } from '../../base/diagnostics.js';
import { defineCommand, JSON_OPTION } from '../command.js';
import { EXIT } from '../exitCodes.js';
import { hasErrors, tryLoadPlan } from '../loadPlan.js';
import { packageVersion } from '../packageFiles.js';
import { jsonText, printDiagnostics } from '../printDiagnostics.js';

/** What two plans share is said once; errors have places to mend, so all of them stay. */
function onceEach(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const told = new Set<string>();
  return diagnostics.filter((d) => {
    const key = JSON.stringify([d.code, d.path, d.message]);
    if (d.severity !== 'error' && told.has(key)) return false;
    told.add(key);
    return true;
  });
}

export const planDiffCommand = defineCommand({
  command: 'diff <before> <after>',
  summary: 'Print what one plan changes against another',
  positionals: {
    before: { type: 'string', demandOption: true, describe: 'Plan file' },
    after: { type: 'string', demandOption: true, describe: 'Plan file' },
  },
  options: JSON_OPTION,
  examples: [['$0 plan diff old.yaml new.yaml', 'One line for each change; none if equal']],
  async run(args, context) {
    const { diffPlans, formatPatches } = await import('../../plan/edit.js');
    const before = tryLoadPlan(args.before);
    const after = tryLoadPlan(args.after);
    const diagnostics: Diagnostic[] = onceEach([...before.diagnostics, ...after.diagnostics]);
    if (before.document === undefined || after.document === undefined || hasErrors(diagnostics)) {
      throw new DiagnosticsError(diagnostics);
    }
    printDiagnostics(diagnostics, context.stderr, context.env);
    const patches = diffPlans(before.document, after.document);
    context.stdout.write(
      args.json
        ? jsonText({ version: packageVersion(), patches })
        : formatPatches(patches, before.document),
    );
    return EXIT.ok;
  },
});
