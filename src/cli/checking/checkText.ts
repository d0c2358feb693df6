/** What `isochron check` prints for people: findings by severity and rule, with place, reason and fix. */
import type { Severity } from '../../base/diagnostics.js';
import { paintFor } from '../../report/terminalPaint.js';
import { wrap } from '../../report/textTable.js';
import type { CheckReport, RuleFinding } from '../../rules/checkPlan.js';
import type { Rule } from '../../rules/rule.js';
import { printable } from '../printDiagnostics.js';

const HEADINGS: Readonly<Record<Severity, string>> = {
  error: 'Errors: the plan does not do what it means',
  warning: 'Warnings: each costs latency',
  info: 'Notes',
};

const WORDS: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['note', 'notes'],
};

/** Single interrupts, threads or CPUs of a finding that are printed. */
const MAX_DETAILS = 8;
/** Findings of one rule that are printed. */
const MAX_FINDINGS = 10;

export interface TextOptions {
  readonly width: number;
  readonly colour: boolean;
  /** Everything, however long. */
  readonly all: boolean;
}

/** `2 errors, 1 note`; `no findings`. */
export function countText(findings: readonly RuleFinding[]): string {
  const parts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter(({ rule }) => rule.severity === severity).length;
    return count === 0 ? [] : [`${count} ${WORDS[severity][count === 1 ? 0 : 1]}`];
  });
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

export function checkText(file: string, report: CheckReport, options: TextOptions): string {
  const paint = paintFor(options.colour);
  const tint = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  const lines = [paint.bold(`${file}: ${countText(report.findings)}`)];
  for (const severity of ['error', 'warning', 'info'] as const) {
    const findings = report.findings.filter(({ rule }) => rule.severity === severity);
    if (findings.length === 0) continue;
    lines.push('', tint[severity](HEADINGS[severity]));
    for (const rule of new Set(findings.map((found) => found.rule))) {
      lines.push(
        '',
        ...ruleLines(
          rule,
          findings.filter((f) => f.rule === rule),
          options,
        ),
      );
    }
  }
  if (report.ignored.length > 0) {
    lines.push('', 'Switched off');
    for (const { rule, reason } of report.ignored) {
      lines.push(...indented(`${rule}: ${reason}`, 2, options.width));
    }
  }
  return printable(`${lines.join('\n')}\n`);
}

function ruleLines(
  rule: Rule,
  findings: readonly RuleFinding[],
  { width, colour, all }: TextOptions,
): string[] {
  const paint = paintFor(colour);
  const lines = [`  ${paint.bold(rule.id)}  ${rule.title}`];
  const reason = indented(`why: ${rule.rationale}`, 4, width);
  const shown = all ? findings : findings.slice(0, MAX_FINDINGS);
  for (const { finding, place, patches } of shown) {
    const at =
      place.line === undefined ? place.file : `${place.file}:${place.line}:${place.column ?? 1}`;
    lines.push(...indented(`${at}: ${finding.message}`, 4, width));
    const details = finding.details ?? [];
    for (const detail of all ? details : details.slice(0, MAX_DETAILS)) {
      lines.push(...indented(detail, 8, width));
    }
    if (!all && details.length > MAX_DETAILS) {
      lines.push(`        and ${details.length - MAX_DETAILS} more: --all shows them`);
    }
    const hand = patches.length > 0 ? '' : ' (by hand)';
    lines.push(...indented(`fix${hand}: ${finding.remedy}`, 6, width));
  }
  if (shown.length < findings.length) {
    lines.push(`    and ${findings.length - shown.length} more like these: --all shows them`);
  }
  return [...lines, ...reason.map(paint.dim)];
}

function indented(text: string, indent: number, width: number): string[] {
  const margin = ' '.repeat(indent);
  return wrap(text, Math.max(40, width - indent)).map((line) => margin + line);
}

/** `--explain RULE`. */
export function explainText(rule: Rule, width: number): string {
  const shown =
    rule.cannotShow === undefined
      ? 'In the simulator: breaking it costs latency; the tests show how much.'
      : `In the simulator: it cannot show, because ${rule.cannotShow}.`;
  const paragraphs = [
    `${rule.id} (${rule.severity})`,
    `${rule.title}.`,
    rule.rationale,
    `Source: ${rule.source}`,
    shown,
  ];
  return `${paragraphs.map((text) => wrap(text, width).join('\n')).join('\n\n')}\n`;
}
