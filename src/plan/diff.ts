/**
 * The difference of two plan documents as patches. Items of lists that have a name or id are
 * matched by it, so that a changed priority is one patch and not a new guest.
 */

import { formatPath, type PathPart } from '../platform/sourceTree.js';
import { cmdlineLines } from './diffCmdline.js';
import { canonicalJson } from './hash.js';
import { applyEdits, type Patch } from './patch.js';
import type { PlanDocument } from './schema.js';

type Json = Readonly<Record<string, unknown>>;

/** What identifies an item of a list, the first that it has. */
const IDENTIFIERS = ['name', 'id', 'workload'] as const;

/** Patches that turn `a` into `b`, in the order in which they apply. */
export function diffPlans(a: PlanDocument, b: PlanDocument): Patch[] {
  const patches: Patch[] = [];
  diffMaps(a as Json, b as Json, [], patches);
  return patches;
}

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);

function diffValues(a: unknown, b: unknown, path: PathPart[], patches: Patch[]): void {
  if (isSame(a, b)) return;
  if (isMap(a) && isMap(b)) diffMaps(a, b, path, patches);
  else if (Array.isArray(a) && Array.isArray(b)) diffLists(a, b, path, patches);
  else patches.push({ op: 'replace', path, value: b });
}

function diffMaps(a: Json, b: Json, path: PathPart[], patches: Patch[]): void {
  for (const key of Object.keys(a)) {
    if (a[key] !== undefined && b[key] === undefined)
      patches.push({ op: 'remove', path: [...path, key] });
  }
  for (const key of Object.keys(b)) {
    if (b[key] === undefined) continue;
    if (a[key] === undefined) patches.push({ op: 'add', path: [...path, key], value: b[key] });
    else diffValues(a[key], b[key], [...path, key], patches);
  }
}

function diffLists(
  a: readonly unknown[],
  b: readonly unknown[],
  path: PathPart[],
  patches: Patch[],
): void {
  const [keysA, keysB] = [identify(a), identify(b)];
  const stay = keysA?.filter((key) => keysB?.includes(key));
  const stayInB = keysB?.filter((key) => keysA?.includes(key));
  // Unnamed items and a changed order have no smaller description than the list itself.
  if (!keysA || !keysB || !stay || !isSame(stay, stayInB)) {
    patches.push({ op: 'replace', path, value: b });
    return;
  }
  for (let i = a.length - 1; i >= 0; i--) {
    if (!keysB.includes(keysA[i])) patches.push({ op: 'remove', path: [...path, i] });
  }
  b.forEach((item, i) => {
    const before = keysA.indexOf(keysB[i]);
    if (before < 0) patches.push({ op: 'add', path: [...path, i], value: item });
    else diffValues(a[before], item, [...path, i], patches);
  });
}

/** A distinct text per item, or undefined if some item has none. */
function identify(items: readonly unknown[]): string[] | undefined {
  const keys = items.map(identifierOf);
  if (keys.includes(undefined) || new Set(keys).size !== keys.length) return undefined;
  return keys as string[];
}

function identifierOf(item: unknown): string | undefined {
  if (!isMap(item)) return undefined;
  const key = IDENTIFIERS.find((name) => item[name] !== undefined);
  return key && `${key}=${canonicalJson(item[key])}`;
}

/**
 * One line a patch, each ended by a newline. With the document that the patches apply to, names
 * stand in place of indexes and old values beside new ones.
 *
 * @example formatPatches(patches, a) // "~ guests[rt1].vcpus[1].policy: fifo:1 -> fifo:2\n"
 */
export function formatPatches(patches: readonly Patch[], before?: PlanDocument): string {
  let current = before;
  let text = '';
  for (const patch of patches) {
    const shown = namedPath(current, patch);
    const old = valueAt(current, patch.path);
    current = current && applyEdits(current, [patch]);
    if (patch.op === 'add') text += `+ ${shown}: ${inline(patch.value)}\n`;
    else if (patch.op === 'remove') text += `- ${shown}${before ? `: ${inline(old)}` : ''}\n`;
    else if (isCmdline(patch) && typeof old === 'string' && typeof patch.value === 'string')
      text += cmdlineLines(shown, old, patch.value);
    else text += `~ ${shown}: ${before ? `${inline(old)} -> ` : ''}${inline(patch.value)}\n`;
  }
  return text;
}

const isCmdline = ({ path }: Patch) => path.at(-1) === 'cmdline';

const inline = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** `guests[rt1].vcpus[1].policy`. */
function namedPath(root: unknown, patch: Patch): string {
  let value = root;
  let text = '';
  patch.path.forEach((part, i) => {
    const isLast = i === patch.path.length - 1;
    const added = isLast && patch.op === 'add';
    const isItem = typeof part === 'number';
    value = added ? patch.value : valueAt(value, [part]);
    if (!isItem) {
      const step = formatPath([part]);
      text += text && !step.startsWith('[') ? `.${step}` : step;
      return;
    }
    const key = isMap(value)
      ? IDENTIFIERS.find((name) => (value as Json)[name] !== undefined)
      : undefined;
    text += `[${key ? String((value as Json)[key]) : part}]`;
  });
  return text;
}

function valueAt(root: unknown, path: readonly PathPart[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<PathPart, unknown>)[part];
  }
  return value;
}
