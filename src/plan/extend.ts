/** Reads a plan file and those it extends into one positioned document. */
import type { Diagnostic } from '../base/diagnostics.js';
import { parseSource } from '../platform/parseSource.js';
import { nodeAt, overlay, type SourceNode, withoutKey } from '../platform/sourceTree.js';
import { directoryOf, resolveInside } from './planPath.js';

/** Longest chain of `extends`. */
const MAX_CHAIN = 8;
/** Most files that one plan may consist of. */
const MAX_FILES = 64;

export type ReadText = (path: string) => string;

export interface ExtendedSource {
  readonly root?: SourceNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** `file` and its bases, merged: later bases over earlier ones, the file over all. */
export function readExtended(file: string, readText: ReadText): ExtendedSource {
  const reader = new ExtendReader(directoryOf(file), readText);
  const root = reader.read(file, []);
  return { root, diagnostics: reader.diagnostics };
}

class ExtendReader {
  readonly diagnostics: Diagnostic[] = [];
  private files = 0;

  constructor(
    private readonly rootDirectory: string,
    private readonly readText: ReadText,
  ) {}

  /** `chain` holds the files from the user's plan to the one that extends this one. */
  read(file: string, chain: readonly string[], from?: SourceNode): SourceNode | undefined {
    const report = (code: string, message: string, fix: string) =>
      this.diagnostics.push({
        code,
        severity: 'error',
        path: chain.length > 0 ? 'extends' : '',
        message,
        fix,
        place: from?.place ?? { file },
      });
    if (chain.includes(file)) {
      report('plan/extends-cycle', `${[...chain, file].join(' extends ')}`, 'break the circle');
      return undefined;
    }
    if (chain.length > MAX_CHAIN) {
      report(
        'plan/extends-depth',
        `more than ${MAX_CHAIN} plans extend each other`,
        'flatten them',
      );
      return undefined;
    }
    if (++this.files > MAX_FILES) {
      if (this.files === MAX_FILES + 1) {
        report('plan/extends-depth', `more than ${MAX_FILES} files`, 'merge some of them');
      }
      return undefined;
    }
    const text = this.load(file, report);
    if (text === undefined) return undefined;
    const source = parseSource(text, file);
    this.diagnostics.push(...source.diagnostics);
    return source.root && this.mergeBases(source.root, file, [...chain, file]);
  }

  private load(
    file: string,
    report: (code: string, message: string, fix: string) => void,
  ): string | undefined {
    try {
      return this.readText(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      report('plan/unreadable', `cannot read ${file}: ${reason}`, 'check the name of the file');
      return undefined;
    }
  }

  private mergeBases(root: SourceNode, file: string, chain: readonly string[]): SourceNode {
    const node = nodeAt(root, ['extends']);
    if (!node) return root;
    const items = node.kind === 'list' ? node.items : [node];
    let merged: SourceNode | undefined;
    for (const item of items) {
      // Anything else than text is left for the schema to refuse.
      if (item.kind !== 'scalar' || typeof item.value !== 'string') return root;
      const target = resolveInside(this.rootDirectory, directoryOf(file), item.value);
      if ('refusal' in target) {
        const fix = "name a file in the plan's directory or below";
        this.diagnostics.push({
          code: 'plan/extends-path',
          severity: 'error',
          path: 'extends',
          message: target.refusal,
          fix,
          place: item.place,
        });
        continue;
      }
      const base = this.read(target.path, chain, item);
      if (base) merged = merged ? overlay(merged, base) : base;
    }
    const own = withoutKey(root, ['extends']);
    return merged ? overlay(merged, own) : own;
  }
}
