/** Collects what is wrong in one positioned document. */
import type { Diagnostic, Severity } from '../base/diagnostics.js';
import {
  formatPath,
  keyPlaceOf,
  type Path,
  placeOf,
  type SourceNode,
  writtenPath,
} from './sourceTree.js';

export class Problems {
  readonly diagnostics: Diagnostic[] = [];
  /** Paths of the errors, as parts. */
  readonly faultPaths: Path[] = [];

  constructor(
    readonly root: SourceNode,
    /** First part of the codes of schema faults, as in `plan/unknown-key`. */
    readonly area: string,
  ) {}

  /** `offset` counts characters into the value's text. */
  error(code: string, path: Path, message: string, fix: string, offset = 0): void {
    this.add('error', code, path, message, fix, offset);
  }

  warning(code: string, path: Path, message: string, fix: string, offset = 0): void {
    this.add('warning', code, path, message, fix, offset);
  }

  /** An error about the key itself, as when the key is unknown. */
  keyError(code: string, path: Path, message: string, fix: string): void {
    this.faultPaths.push(path);
    const place = keyPlaceOf(this.root, path);
    this.diagnostics.push({
      code,
      severity: 'error',
      path: formatPath(writtenPath(this.root, path)),
      message,
      fix,
      place,
    });
  }

  get hasErrors(): boolean {
    return this.diagnostics.some((d) => d.severity === 'error');
  }

  private add(
    severity: Severity,
    code: string,
    path: Path,
    message: string,
    fix: string,
    offset: number,
  ): void {
    if (severity === 'error') this.faultPaths.push(path);
    const place = placeOf(this.root, path, offset);
    this.diagnostics.push({
      code,
      severity,
      path: formatPath(writtenPath(this.root, path)),
      message,
      fix,
      place,
    });
  }
}
