/**
 * A plan under construction: its data, and the comments and assumptions that belong to its parts.
 *
 * Covers the way from data to commented YAML text. Rows of lists are written on one line; a comment
 * on a row or on a part of it stands at its end. Leaves out: what the plan says.
 */
import { Document, isCollection, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Assumption } from '../plan/normalized.js';
import type { PlanDocument } from '../plan/schema.js';

export type DraftPath = ReadonlyArray<string | number>;

type Draft = { -readonly [K in keyof PlanDocument]: PlanDocument[K] };

interface Comment {
  readonly path: DraftPath;
  readonly text: string;
}

/** Longest comment; names in files may be of any length. */
const MAX_COMMENT = 300;

export class PlanDraft {
  readonly data: Draft;
  readonly #assumed: Assumption[] = [];
  readonly #comments: Comment[] = [];
  readonly #head: string[] = [];

  constructor(name: string, platform: string) {
    this.data = { isochron: 1, name, platform };
  }

  /** Says that no file stated the value at `path`. */
  assume(path: DraftPath, reason: string): void {
    this.#assumed.push({ path: pathText(path), reason: oneLine(reason) });
    this.#comments.push({ path, text: `assumed: ${reason}` });
  }

  /** A comment that is no assumption. */
  note(path: DraftPath, text: string): void {
    this.#comments.push({ path, text });
  }

  /** A line at the top of the file. */
  headline(text: string): void {
    this.#head.push(oneLine(text));
  }

  toYaml(): string {
    const assumed = this.#assumed.length > 0 ? { assumed: this.#assumed } : {};
    const document = new Document(printable({ ...this.data, ...assumed }));
    if (isCollection(document.contents)) layOut(document.contents, 0);
    for (const { path, text } of this.#comments) attach(document, path, oneLine(text));
    document.commentBefore = this.#head.map((line) => ` ${line}`).join('\n');
    // Width 0: a folded CPU list is hard to read and to edit.
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  }
}

/** `host.irqs[2].rate`. */
function pathText(path: DraftPath): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`,
    )
    .join('');
}

/** The YAML writer lets DEL, C1 controls and lone surrogates through; a plan has none of them. */
function printable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[\p{Cc}\p{Cs}\uFFFD-\uFFFF]/gu, '?');
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, printable(part)]));
}

/** Text from files may hold line breaks; a comment must not become a key. */
function oneLine(text: string): string {
  const flat = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\uFFFD-\uFFFF]+/gu, ' ').trim();
  return flat.length > MAX_COMMENT ? `${flat.slice(0, MAX_COMMENT - 3)}...` : flat;
}

const LINE_LISTS = new Set([
  'vcpus',
  'iothreads',
  'irqs',
  'quietIrqs',
  'hardware',
  'workloads',
  'assumed',
  'kernelThreads',
]);
/** Lists of the topology: one line each. */
const WHOLE_LISTS = new Set(['cores', 'sockets', 'nodes', 'llcs']);
const LINE_MAPS = new Set(['kernel', 'emulator', 'memory', 'cpu']);

/** Rows of the lists and the small maps of a guest go on one line. */
function layOut(node: unknown, depth: number): void {
  if (isSeq(node)) for (const item of node.items) layOut(item, depth + 1);
  if (!isMap(node)) return;
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    if (isSeq(pair.value) && WHOLE_LISTS.has(key)) {
      pair.value.flow = true;
    } else if (isSeq(pair.value) && LINE_LISTS.has(key)) {
      for (const item of pair.value.items) if (isCollection(item)) item.flow = true;
    } else if (isMap(pair.value) && LINE_MAPS.has(key)) {
      pair.value.flow = true;
    } else {
      layOut(pair.value, depth + 1);
    }
  }
}

/** Puts a comment at the end of a part written on one line, else above its first line. */
function attach(document: Document, path: DraftPath, text: string): void {
  let node: unknown = document.contents;
  let place: { node: Node; above: boolean } | undefined;
  for (const part of path) {
    if (!isCollection(node) || node.flow) break;
    if (isMap(node)) {
      const pair = node.items.find(
        (item): item is Pair<Node, Node | null> => isScalar(item.key) && item.key.value === part,
      );
      if (!pair) break;
      node = pair.value;
      const inline = isScalar(pair.value) || (isCollection(pair.value) && pair.value.flow);
      place =
        inline && pair.value ? { node: pair.value, above: false } : { node: pair.key, above: true };
    } else if (isSeq(node) && typeof part === 'number') {
      const item = node.items[part] as Node | undefined;
      if (!item) break;
      node = item;
      place = { node: item, above: !(isCollection(item) && item.flow) };
    }
  }
  if (!place) return;
  if (place.above) {
    place.node.commentBefore = join(place.node.commentBefore, ` ${text}`, '\n');
  } else {
    place.node.comment = join(place.node.comment, ` ${text}`, ';');
  }
}

function join(before: string | null | undefined, text: string, by: string): string {
  return before ? `${before}${by}${text}` : text;
}
