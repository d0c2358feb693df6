/**
 * Aliases that stand in the way of an edit. A value behind `*name` belongs to another place, and a
 * value behind `&name` to several: the aliases are replaced by what they stand for.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { PathPart } from '../platform/sourceTree.js';
import { inlineText } from './editValues.js';
import { type Cut, childOf, type PlanText } from './planText.js';

/** Cuts that write out the aliases on a path, and those of anchors on it or below its end. */
export function aliasCuts(plan: PlanText, path: readonly PathPart[]): Cut[] {
  // Most plans have none, and then nothing has to be looked for.
  if (!plan.text.includes('*')) return [];
  const anchors = new Set<string>();
  let node: Node | undefined = plan.root;
  for (const part of [undefined, ...path]) {
    if (part !== undefined) node = node && childOf(node, part);
    if (!node) break;
    if (isAlias(node)) return [writtenOut(plan, node)];
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) anchors.add(node.anchor);
  }
  if (node)
    for (const below of nodesOf(node))
      if ('anchor' in below && below.anchor) anchors.add(String(below.anchor));
  if (anchors.size === 0) return [];
  const aliases = nodesOf(plan.root).filter(
    (found): found is Alias => isAlias(found) && anchors.has(found.source),
  );
  // One at a time: an alias may stand inside what another one stands for.
  return aliases.slice(0, 1).map((alias) => writtenOut(plan, alias));
}

function writtenOut(plan: PlanText, alias: Alias): Cut {
  const [start, end] = alias.range ?? [0, 0];
  const target = alias.resolve(plan.document);
  const value: unknown = target?.toJS(plan.document) ?? null;
  return { start, end, text: inlineText(plan, value, true) };
}

function nodesOf(root: Node): Node[] {
  const found: Node[] = [];
  const open: Node[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    found.push(node);
    if (isSeq(node)) open.push(...([...node.items].reverse() as Node[]));
    if (isMap(node)) {
      for (const { value } of [...node.items].reverse()) if (value) open.push(value as Node);
    }
  }
  return found;
}
