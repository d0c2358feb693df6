/**
 * Patches on a plan applied to the text that the user wrote: comments, order and layout of all that
 * the patches do not touch stay, byte for byte.
 *
 * Each patch becomes a cut into the text, at the place that the YAML library tells. A plan that
 * `extends` others takes a new value over theirs; items of a list that stands in another file cannot be
 * changed from here and are left over. Aliases on the way are written out first, since an anchor may
 * serve several places.
 */
import { isAlias, isMap, isSeq, type Node } from 'yaml';
import type { PathPart } from '../platform/sourceTree.js';
import { aliasCuts } from './editAliases.js';
import { inlineText, scalarText } from './editValues.js';
import type { Patch } from './patch.js';
import { applyCuts, type Cut, childOf, type PlanText, parseText } from './planText.js';

export interface TextEdit {
  readonly text: string;
  /** Patches that belong into a file that this one extends. */
  readonly left: readonly Patch[];
}

/**
 * Applies patches in order to the text of a plan file that can be parsed.
 *
 * @example editPlanText('a: 1 # one\n', [{ op: 'replace', path: ['a'], value: 2 }]).text // "a: 2 # one\n"
 */
export function editPlanText(text: string, patches: readonly Patch[]): TextEdit {
  let plan = parseText(text);
  let pending: Cut[] = [];
  const left: Patch[] = [];
  const flush = (): void => {
    if (pending.length > 0) plan = parseText(applyCuts(plan.text, pending));
    pending = [];
  };
  for (const patch of patches) {
    // Replacements of different values can share one reading of the text.
    if (patch.op !== 'replace') flush();
    let cut = cutOf(plan, patch);
    if (cut === 'alias' || (cut && overlaps(pending, cut))) {
      flush();
      plan = withoutAliases(plan, patch.path);
      cut = cutOf(plan, patch);
    }
    if (cut === undefined || cut === 'alias') left.push(patch);
    else pending.push(cut);
    if (patch.op !== 'replace') flush();
  }
  flush();
  return { text: plan.text, left };
}

const overlaps = (pending: readonly Cut[], cut: Cut) =>
  pending.some(({ start, end }) => cut.start <= end && start <= cut.end);

function withoutAliases(plan: PlanText, path: readonly PathPart[]): PlanText {
  let clean = plan;
  for (let cuts = aliasCuts(clean, path); cuts.length > 0; cuts = aliasCuts(clean, path)) {
    clean = parseText(applyCuts(clean.text, cuts));
  }
  return clean;
}

interface Reach {
  readonly node: Node;
  /** Parts of the path that lie above the node. */
  readonly depth: number;
  readonly inFlow: boolean;
}

/** The deepest node on a path. */
function reachOf(plan: PlanText, path: readonly PathPart[]): Reach {
  let node: Node = plan.root;
  let inFlow = false;
  for (const [depth, part] of path.entries()) {
    if ((isMap(node) || isSeq(node)) && node.flow) inFlow = true;
    const child = childOf(node, part);
    if (!child) return { node, depth, inFlow };
    node = child;
  }
  return { node, depth: path.length, inFlow };
}

/** Undefined if the text cannot take the patch. */
function cutOf(plan: PlanText, patch: Patch): Cut | 'alias' | undefined {
  const { path, op, value } = patch;
  if (aliasCuts(plan, path).length > 0) return 'alias';
  const { node, depth, inFlow } = reachOf(plan, path);
  if (isAlias(node)) return 'alias';
  if (depth === path.length) {
    if (op === 'remove') return undefined;
    const [start, end] = extentOf(plan, node);
    const text = scalarText(plan, node, value, inFlow) ?? inlineText(plan, value, inFlow);
    return { start, end, text };
  }
  const rest = path.slice(depth);
  if (op === 'remove') return undefined;
  if (isSeq(node)) {
    const isNext = rest.length === 1 && rest[0] === node.items.length;
    return isNext ? insertItem(plan, node, inlineText(plan, value, true)) : undefined;
  }
  // What is missing here stands in a base: maps merge, lists do not.
  if (!isMap(node) || rest.some((part) => typeof part === 'number')) return undefined;
  const inner = rest.slice(1).reduceRight<unknown>((v, key) => ({ [key]: v }), value);
  const key = inlineText(plan, String(rest[0]), true);
  const pair = `${key}: ${inlineText(plan, inner, inFlow || node.flow === true)}`;
  const last = node.items.at(-1);
  return insertAfter(plan, node, (last?.value ?? last?.key) as Node | undefined, pair);
}

/** From the first character of a value to its last. */
function extentOf({ text }: PlanText, node: Node): readonly [number, number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, Math.max(start, text.slice(0, end).trimEnd().length)];
}

function insertItem(
  plan: PlanText,
  list: Node & { items: unknown[]; flow?: boolean },
  text: string,
) {
  const last = list.items.at(-1) as Node | undefined;
  return insertAfter(plan, list, last, list.flow ? text : `- ${text}`);
}

/** Behind the last entry of a collection, on a line of its own in block style. */
function insertAfter(
  plan: PlanText,
  collection: Node & { flow?: boolean },
  last: Node | undefined,
  entry: string,
): Cut {
  const { text } = plan;
  const [start, end] = collection.range ?? [0, 0];
  if (collection.flow) {
    if (!last) return { start, end, text: `${text[start]} ${entry} ${text[end - 1]}` };
    const [, at] = extentOf(plan, last);
    return { start: at, end: at, text: `, ${entry}` };
  }
  const [, lastEnd] = last ? extentOf(plan, last) : [0, start];
  // A comment behind the last entry stays with it.
  const lineEnd = text.indexOf('\n', lastEnd);
  const at = lineEnd < 0 ? text.length : lineEnd;
  const indent = start - (text.lastIndexOf('\n', start - 1) + 1);
  return { start: at, end: at, text: `\n${' '.repeat(indent)}${entry}` };
}
