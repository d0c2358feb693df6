/** Collects what is wrong in one positioned document. */
import type { Diagnostic, Place, Severity } from '../base/diagnostics.js';
import {
  formatPath,
  keyPlaceOf,
  type Path,
  placeOf,
  type SourceNode,
  writtenPath,
} from './sourceTree.js';

/** Most faults that one reading names; a file with more is mended in rounds. */
const MAX_DIAGNOSTICS = 200;
/** Messages quote the user's text, which may be megabytes long. */
const MAX_MESSAGE = 400;

const cut = (text: string) =>
  text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}...` : text;

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
    this.push('error', code, path, message, fix, keyPlaceOf(this.root, path));
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
    this.push(severity, code, path, message, fix, placeOf(this.root, path, offset));
  }

  private push(
    severity: Severity,
    code: string,
    path: Path,
    message: string,
    fix: string,
    place: Place,
  ): void {
    if (this.diagnostics.length >= MAX_DIAGNOSTICS) {
      // An error must count even where it is not named.
      if (severity === 'error' && !this.hasErrors) this.diagnostics.pop();
      else return;
    }
    if (severity === 'error') this.faultPaths.push(path);
    const written = cut(formatPath(writtenPath(this.root, path)));
    const texts = { message: cut(message), fix: cut(fix) };
    this.diagnostics.push({ code, severity, path: written, ...texts, place });
  }
}
