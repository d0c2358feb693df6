/**
 * A YAML or JSON text as plain data that remembers where every value was written, so that a
 * message about `guests[0].vcpus[1].cpus` can name the line and column of the user's file.
 *
 * Covers YAML 1.2 core schema (JSON is a subset). Leaves out custom tags, merge keys (`<<`) and
 * more than one document in a file. The text is hostile: size, depth, number of nodes and
 * expansion of aliases are limited, and no key can reach an object's prototype.
 */
import type { Place } from '../base/diagnostics.js';

export type PathPart = string | number;
export type Path = readonly PathPart[];

interface Placed {
  readonly place: Place;
}

export interface SourceScalar extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** Column of the scalar's first character; absent if it spans lines or has escapes. */
  readonly textColumn?: number;
}

export interface SourceList extends Placed {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
  /** Where items were left out: the index in the text of each item that stayed. */
  readonly indexes?: readonly number[];
}

export interface SourceMap extends Placed {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, SourceEntry>;
}

export interface SourceEntry {
  readonly keyPlace: Place;
  readonly node: SourceNode;
}

export type SourceNode = SourceScalar | SourceList | SourceMap;

/** The plain data of a tree. `__proto__` never is a key: the parser refuses it. */
export function toPlain(node: SourceNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlain);
  const plain: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) plain[key] = toPlain(entry.node);
  return plain;
}

/** The node at a path, or undefined. */
export function nodeAt(root: SourceNode, path: Path): SourceNode | undefined {
  let node: SourceNode | undefined = root;
  for (const part of path) node = node && childOf(node, part);
  return node;
}

function childOf(node: SourceNode, part: PathPart): SourceNode | undefined {
  if (node.kind === 'map') return node.entries.get(String(part))?.node;
  if (node.kind === 'list') return node.items[Number(part)];
  return undefined;
}

/**
 * Where the value at a path was written; for a path that does not exist, its nearest ancestor.
 * `offset` counts characters into a one-line scalar, to point inside a command line or CPU list.
 */
export function placeOf(root: SourceNode, path: Path, offset = 0): Place {
  let node = root;
  for (const part of path) {
    const child = childOf(node, part);
    if (!child) return node.place;
    node = child;
  }
  if (offset > 0 && node.kind === 'scalar' && node.textColumn !== undefined) {
    return { ...node.place, column: node.textColumn + offset };
  }
  return node.place;
}

/** Where the key at the end of a path was written; falls back to the place of the value. */
export function keyPlaceOf(root: SourceNode, path: Path): Place {
  const parent = nodeAt(root, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.keyPlace ?? placeOf(root, path);
}

/** `guests[0].vcpus[1].cpus`; keys that are no identifiers are quoted. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) text += text ? `.${part}` : part;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** The path as the text has it, where `withoutItem` left out items. */
export function writtenPath(root: SourceNode, path: Path): Path {
  let node: SourceNode | undefined = root;
  return path.map((part) => {
    const written =
      node?.kind === 'list' && node.indexes ? (node.indexes[Number(part)] ?? part) : part;
    node = node && childOf(node, part);
    return written;
  });
}

/** A copy without the list item at `path`; the items that stay remember their places. */
export function withoutItem(root: SourceNode, path: Path): SourceNode {
  const parent = nodeAt(root, path.slice(0, -1));
  const index = path.at(-1);
  if (parent?.kind !== 'list' || typeof index !== 'number') return root;
  const kept = <T>(list: readonly T[]) => list.filter((_, i) => i !== index);
  const indexes = kept(parent.indexes ?? parent.items.map((_, i) => i));
  return replaceAt(root, path.slice(0, -1), { ...parent, items: kept(parent.items), indexes });
}

function replaceAt(root: SourceNode, path: Path, node: SourceNode): SourceNode {
  const [part, ...rest] = path;
  if (part === undefined) return node;
  if (root.kind === 'list') {
    const items = root.items.map((item, i) => (i === part ? replaceAt(item, rest, node) : item));
    return { ...root, items };
  }
  const entry = root.kind === 'map' ? root.entries.get(String(part)) : undefined;
  if (root.kind !== 'map' || !entry) return root;
  const entries = new Map(root.entries);
  entries.set(String(part), { ...entry, node: replaceAt(entry.node, rest, node) });
  return { ...root, entries };
}

/** A copy without the key at the end of `path`. */
export function withoutKey(root: SourceNode, path: Path): SourceNode {
  const parent = nodeAt(root, path.slice(0, -1));
  if (parent?.kind !== 'map') return root;
  const entries = new Map(parent.entries);
  entries.delete(String(path.at(-1)));
  return replaceAt(root, path.slice(0, -1), { ...parent, entries });
}

/** Lays `top` over `base`: maps merge, lists and scalars replace. Places come along. */
export function overlay(base: SourceNode, top: SourceNode): SourceNode {
  if (base.kind !== 'map' || top.kind !== 'map') return top;
  const entries = new Map(base.entries);
  for (const [key, entry] of top.entries) {
    const below = entries.get(key);
    entries.set(key, below ? { ...entry, node: overlay(below.node, entry.node) } : entry);
  }
  return { ...top, entries };
}
