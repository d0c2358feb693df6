/**
 * Diagnostics: what is wrong in a text that a user gave us, where, and how to mend it.
 * Collected, never thrown one at a time, so that a user sees all problems at once.
 */

export type Severity = 'error' | 'warning' | 'info';

/** A place in a user's text; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Diagnostic {
  /** Stable identifier, as in `plan/unknown-key`. */
  readonly code: string;
  readonly severity: Severity;
  /** Path inside the document, as in `guests[0].vcpus[1].cpus`. */
  readonly path: string;
  readonly message: string;
  /** What to write instead. */
  readonly fix?: string;
  readonly place?: Place;
}

/** Thrown by the loading functions with every diagnostic found. */
export class DiagnosticsError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'DiagnosticsError';
    this.diagnostics = diagnostics;
  }
}

/** `file:line:column: error: message [code]` and, on the next line, the fix. */
export function formatDiagnostic(d: Diagnostic): string {
  const place = d.place
    ? `${d.place.file}${d.place.line ? `:${d.place.line}:${d.place.column ?? 1}` : ''}: `
    : '';
  const path = d.path ? `${d.path}: ` : '';
  const fix = d.fix ? `\n  fix: ${d.fix}` : '';
  return `${place}${d.severity}: ${path}${d.message} [${d.code}]${fix}`;
}
