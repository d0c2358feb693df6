/** The text of a plan file beside the nodes of the YAML library, and cuts into the text. */
import { type Document, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import type { PathPart } from '../platform/sourceTree.js';

export interface PlanText {
  readonly text: string;
  readonly document: Document;
  readonly root: Node;
  /** Written as JSON: what is added must be JSON too. */
  readonly isJson: boolean;
}

/** Replaces the characters from `start` to before `end`. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @throws Error if the text is no YAML document: a plan that loads is one */
export function parseText(text: string): PlanText {
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    merge: false,
  });
  if (document.errors.length > 0 || !document.contents) {
    throw new Error(`the text is no plan: ${document.errors[0]?.message ?? 'it is empty'}`);
  }
  return { text, document: document as Document, root: document.contents, isJson: isJson(text) };
}

function isJson(text: string): boolean {
  if (!/^\s*\{/.test(text.slice(0, 1000))) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Cuts must not overlap. */
export function applyCuts(text: string, cuts: readonly Cut[]): string {
  const ordered = [...cuts].sort((a, b) => b.start - a.start || b.end - a.end);
  return ordered.reduce(
    (edited, { start, end, text: put }) => edited.slice(0, start) + put + edited.slice(end),
    text,
  );
}

/** The value of a key or the item of an index; undefined where there is none. */
export function childOf(node: Node, part: PathPart): Node | undefined {
  if (isSeq(node)) return (node.items[Number(part)] as Node | undefined) ?? undefined;
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && keyText(key) === String(part));
  return (pair?.value as Node | null | undefined) ?? undefined;
}

/** As the plan's own reader names keys. */
const keyText = (key: { source?: string; value: unknown }) => key.source ?? String(key.value);
