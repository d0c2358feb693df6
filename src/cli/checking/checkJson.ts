/** What `isochron check --json` prints. */
import type { CheckReport, RuleFinding } from '../../rules/checkPlan.js';
import type { Rule } from '../../rules/rule.js';
import type { CheckedFile } from '../../rules/sarif.js';
import { packageVersion } from '../packageFiles.js';
import { diagnosticToJson } from '../printDiagnostics.js';

/** A rule: every field always there. */
export const ruleToJson = ({ id, severity, title, rationale, source, cannotShow }: Rule) => ({
  id,
  severity,
  title,
  rationale,
  source,
  cannotShow: cannotShow ?? null,
});

export const findingToJson = ({ rule, finding, path, place, patches }: RuleFinding) => ({
  rule: rule.id,
  severity: rule.severity,
  path,
  message: finding.message,
  details: finding.details ?? [],
  fix: finding.remedy,
  patches,
  file: place.file,
  line: place.line ?? null,
  column: place.column ?? null,
});

const reportToJson = ({ findings, ignored }: CheckReport) => ({
  findings: findings.map(findingToJson),
  ignored,
});

/** With `repaired` the findings are those that are left. */
export function checkJson(
  files: ReadonlyArray<CheckedFile & { readonly repaired?: readonly RuleFinding[] }>,
) {
  return {
    version: packageVersion(),
    plans: files.map(({ file, report, diagnostics, repaired }) => ({
      file,
      ...(report ? reportToJson(report) : { findings: null, ignored: [] }),
      ...(repaired ? { repaired: repaired.map(findingToJson) } : {}),
      diagnostics: [...diagnostics, ...(report?.diagnostics ?? [])].map(diagnosticToJson),
    })),
  };
}
