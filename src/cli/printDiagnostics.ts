/** Prints diagnostics: text for people on standard error, JSON for programs on standard output. */
import { type Diagnostic, formatDiagnostic, type Severity } from '../base/diagnostics.js';
import type { Context } from './context.js';
import { type Output, wantsColour } from './context.js';

/** A thousand lines say no more than the first hundred. */
const MAX_PRINTED = 100;

const COLOURS: Readonly<Record<Severity, string>> = { error: '31', warning: '33', info: '36' };

/** Text from files may hold control characters that would move the cursor or hide lines. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be found
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function paint(text: string, severity: Severity): string {
  return text.replace(`${severity}:`, `\u001B[1;${COLOURS[severity]}m${severity}:\u001B[0m`);
}

/** One diagnostic after the other, and how many were left out. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  output: Output,
  env: Context['env'],
): void {
  const colour = wantsColour(output, env);
  for (const d of diagnostics.slice(0, MAX_PRINTED)) {
    const text = printable(formatDiagnostic(d));
    output.write(`${colour ? paint(text, d.severity) : text}\n`);
  }
  const more = diagnostics.length - MAX_PRINTED;
  if (more > 0) output.write(`... and ${more} more; --json prints all of them\n`);
}

/** A diagnostic as `--json` prints it: flat, every field always there. */
export function diagnosticToJson(d: Diagnostic): Record<string, string | number | null> {
  return {
    code: d.code,
    severity: d.severity,
    path: d.path,
    message: d.message,
    fix: d.fix ?? null,
    file: d.place?.file ?? null,
    line: d.place?.line ?? null,
    column: d.place?.column ?? null,
  };
}

/** Pretty-printed JSON with a final line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
