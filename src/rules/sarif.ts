/**
 * Findings as SARIF 2.1.0, the format in which code hosts and editors take the results of checkers.
 * Source: OASIS "Static Analysis Results Interchange Format 2.1.0". Leaves out fixes as text edits:
 * the message says what to do.
 */
import type { Diagnostic, Place, Severity } from '../base/diagnostics.js';
import { VERSION } from '../base/version.js';
import type { CheckReport, RuleFinding } from './checkPlan.js';
import { RULES } from './registry.js';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** What became of one plan file. */
export interface CheckedFile {
  readonly file: string;
  /** Absent if the plan has errors. */
  readonly report?: CheckReport;
  /** What the loader said of a plan with errors. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One SARIF log of all files. */
export function sarifLog(files: readonly CheckedFile[]): Record<string, unknown> {
  const results = files.flatMap(({ file, report, diagnostics }) => [
    ...(report?.findings ?? []).map((found) => findingResult(found)),
    ...[...diagnostics, ...(report?.diagnostics ?? [])].map((d) => diagnosticResult(d, file)),
  ]);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'isochron', version: VERSION, rules: RULES.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function descriptor(rule: (typeof RULES)[number]) {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.rationale },
    help: { text: `${rule.rationale}\nSource: ${rule.source}` },
    defaultConfiguration: { level: LEVELS[rule.severity] },
  };
}

function findingResult({ rule, finding, path, place }: RuleFinding) {
  const details = finding.details ? `\n${finding.details.join('\n')}` : '';
  return {
    ruleId: rule.id,
    ruleIndex: RULES.indexOf(rule),
    level: LEVELS[rule.severity],
    message: { text: `${finding.message}. Fix: ${finding.remedy}.${details}` },
    locations: [location(place, path)],
    partialFingerprints: { 'rulePath/v1': `${rule.id} ${path}` },
  };
}

function diagnosticResult({ code, severity, message, fix, path, place }: Diagnostic, file: string) {
  return {
    ruleId: code,
    level: LEVELS[severity],
    message: { text: fix === undefined ? `${message}.` : `${message}. Fix: ${fix}.` },
    locations: [location(place ?? { file }, path)],
  };
}

function location({ file, line, column }: Place, path: string) {
  const region =
    line === undefined ? {} : { region: { startLine: line, startColumn: column ?? 1 } };
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region },
    ...(path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
  };
}

/** Relative paths stay relative, to the directory in which the checker ran. */
const uriOf = (file: string): string => {
  const encoded = encodeURI(file.replaceAll('\\', '/'))
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F');
  return encoded.startsWith('/') ? `file://${encoded}` : encoded;
};
