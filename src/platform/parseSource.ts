/**
 * Text -> positioned tree. The guards stand before the YAML library: its composer recurses, so
 * nesting is measured on the flat token stream first, and duplicate keys are found here because
 * the library compares every pair of keys of a map.
 */
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Diagnostic, Place, Severity } from '../base/diagnostics.js';
import { MAX_SOURCE_DEPTH } from './nesting.js';
import { refuse } from './refuse.js';
import { formatPath, type Path, type SourceEntry, type SourceNode } from './sourceTree.js';

/** Most values in one file, aliases expanded. */
const MAX_NODES = 400_000;
/** Messages of the YAML library repeat themselves after the first real fault. */
const MAX_SYNTAX_MESSAGES = 10;
/** Most faults of one file that are named. */
const MAX_MESSAGES = 50;

export interface ParsedSource {
  /** Absent if the text is not a document at all. */
  readonly root?: SourceNode;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a YAML or JSON text. `file` is only used to name places.
 *
 * @example parseSource('a: 1', 'x.yaml').root // a map with one entry, placed at x.yaml:1:1
 */
export function parseSource(text: string, file: string): ParsedSource {
  const refusal = refuse(text, file);
  if (refusal) return { diagnostics: [refusal] };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
  });
  const walk = new Walk(lines, text, file);
  for (const error of document.errors.slice(0, MAX_SYNTAX_MESSAGES)) {
    walk.report('error', 'source/syntax', [], error.message, error.pos[0], syntaxFix(error.code));
  }
  if (document.errors.length > 0) return { diagnostics: walk.diagnostics };
  for (const warning of document.warnings.slice(0, MAX_SYNTAX_MESSAGES)) {
    const fix = 'remove the tag';
    walk.report('error', 'source/syntax', [], warning.message, warning.pos[0], fix);
  }
  if (!document.contents) {
    walk.report('error', 'source/empty', [], 'the file is empty', 0, 'write `isochron: 1` first');
    return { diagnostics: walk.diagnostics };
  }
  const root = walk.visit(document.contents, [], 0);
  return { root, diagnostics: walk.diagnostics };
}

function syntaxFix(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'indent with spaces';
  if (code === 'MULTIPLE_DOCS') return 'keep one document a file: remove the `---` separator';
  if (code === 'BAD_INDENT') return 'align the line with its neighbours';
  return 'mend the text at this place; if the file was cut off, restore its end';
}

/** One pass over the library's nodes. */
class Walk {
  readonly diagnostics: Diagnostic[] = [];
  private readonly anchors = new Map<string, Node>();
  private nodes = 0;
  private stopped = false;

  constructor(
    private readonly lines: LineCounter,
    private readonly text: string,
    private readonly file: string,
  ) {}

  report(
    severity: Severity,
    code: string,
    path: Path,
    message: string,
    offset: number,
    fix: string,
  ): void {
    if (this.diagnostics.length >= MAX_MESSAGES) return;
    const place = this.place(offset);
    // The library quotes the text at fault, however long it is.
    const short = message.length > 200 ? `${message.slice(0, 200)}...` : message;
    this.diagnostics.push({ code, severity, path: formatPath(path), message: short, fix, place });
  }

  visit(node: Node, path: Path, depth: number): SourceNode {
    const offset = node.range?.[0] ?? 0;
    const place = this.place(offset);
    if (++this.nodes > MAX_NODES || depth > MAX_SOURCE_DEPTH) {
      this.stop(path, offset);
      return { kind: 'scalar', value: null, place };
    }
    if (isAlias(node)) return this.visitAlias(node, path, depth);
    // The library would search the whole document for every alias.
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) {
      this.anchors.set(node.anchor, node);
    }
    if (isMap(node)) return { kind: 'map', place, entries: this.visitMap(node, path, depth) };
    if (isSeq(node)) {
      const items = node.items.map((item, i) => {
        if (this.stopped) return { kind: 'scalar', value: null, place } as const;
        return this.visit(item as Node, [...path, i], depth + 1);
      });
      return { kind: 'list', place, items };
    }
    return this.visitScalar(node as Scalar, place);
  }

  private visitScalar(node: Scalar, place: Place): SourceNode {
    const value = node.value as string | number | boolean | null;
    const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
    const [start, end] = node.range ?? [0, 0, 0];
    const written = this.text.slice(start + (quoted ? 1 : 0), end - (quoted ? 1 : 0));
    const oneLine = (quoted || node.type === 'PLAIN') && written === String(value);
    const textColumn = oneLine ? (place.column ?? 1) + (quoted ? 1 : 0) : undefined;
    return { kind: 'scalar', value, place, textColumn };
  }

  private visitAlias(node: Alias, path: Path, depth: number): SourceNode {
    const offset = node.range?.[0] ?? 0;
    const target = this.anchors.get(node.source);
    // An alias inside its own anchor grows until the depth limit stops it.
    if (target) return this.visit(target, path, depth + 1);
    const message = `the alias *${node.source} names no anchor`;
    this.report('error', 'source/alias', path, message, offset, 'write the value in full');
    return { kind: 'scalar', value: null, place: this.place(offset) };
  }

  private visitMap(map: YAMLMap, path: Path, depth: number): Map<string, SourceEntry> {
    const entries = new Map<string, SourceEntry>();
    for (const pair of map.items) {
      if (this.stopped) break;
      const keyNode = pair.key as Node | null;
      const offset = keyNode?.range?.[0] ?? map.range?.[0] ?? 0;
      if (!keyNode || !isScalar(keyNode)) {
        const message = 'a key is not plain text';
        this.report('error', 'source/key', path, message, offset, 'write `name: value`');
        continue;
      }
      const key = keyNode.source ?? String(keyNode.value);
      if (key === '__proto__') {
        this.report('error', 'source/key', path, `"${key}" is no key`, offset, 'remove it');
        continue;
      }
      const earlier = entries.get(key);
      if (earlier) {
        const message = `"${key}" stands here twice, first in line ${earlier.keyPlace.line}`;
        this.report('error', 'source/duplicate-key', [...path, key], message, offset, 'keep one');
        continue;
      }
      const keyPlace = this.place(offset);
      const value = pair.value as Node | null;
      const node: SourceNode = value
        ? this.visit(value, [...path, key], depth + 1)
        : { kind: 'scalar', value: null, place: keyPlace };
      entries.set(key, { keyPlace, node });
    }
    return entries;
  }

  private stop(path: Path, offset: number): void {
    if (!this.stopped) {
      const message = `the document is too deep (${MAX_SOURCE_DEPTH}) or too large (${MAX_NODES} values)`;
      const fix = 'write it without nested aliases';
      this.report('error', 'source/refused', path, message, offset, fix);
    }
    this.stopped = true;
  }

  private place(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}
