/**
 * Edits of plan documents as immer patches: what a user, a rule or a repair changes is data that
 * can be shown, stored, applied to another plan and taken back.
 */
import { applyPatches, enablePatches, type Patch, produceWithPatches } from 'immer';
import type { PlanDocument } from './schema.js';

enablePatches();

export type { Patch } from 'immer';

/** Parts of a path that would reach an object's prototype. */
const FORBIDDEN: ReadonlyArray<string | number> = ['__proto__', 'constructor', 'prototype'];

/**
 * Applies a change written as an assignment; the document itself stays as it is.
 *
 * @example editPlan(doc, (plan) => { plan.platform = 'ideal'; }).patches // one patch
 */
export function editPlan(
  document: PlanDocument,
  recipe: (draft: PlanDocument) => void,
): { document: PlanDocument; patches: Patch[]; inverse: Patch[] } {
  const [next, patches, inverse] = produceWithPatches(document, (draft) => {
    recipe(draft as PlanDocument);
  });
  return { document: next, patches, inverse };
}

/** Applies patches in order; throws if one leads to nowhere. */
export function applyEdits(document: PlanDocument, patches: readonly Patch[]): PlanDocument {
  for (const { path } of patches) {
    const bad = path.find((part) => FORBIDDEN.includes(part));
    if (bad !== undefined) throw new Error(`a patch may not touch "${bad}"`);
  }
  return applyPatches(document, patches);
}
