/**
 * Repairs a plan: applies the fixes of broken rules until none is left that has one. Fixes of one
 * round see each other's changes; a fix that would make the plan invalid is left out.
 */
import { editPlan, type Patch } from '../plan/edit.js';
import { type PreparedPlan, prepareDocument } from '../plan/load.js';
import type { PlanDocument } from '../plan/schema.js';
import type { Platform } from '../platform/platform.js';
import { type CheckOptions, checkPlan, type RuleFinding } from './checkPlan.js';

/** A fix may bring another rule to light, and that one's fix a third; more would be a circle. */
const MAX_ROUNDS = 12;

export interface Repair {
  /** The merged plan after all fixes. */
  readonly document: PlanDocument;
  /** In the order in which they apply to the merged plan. */
  readonly patches: readonly Patch[];
  /** What was mended. */
  readonly fixed: readonly RuleFinding[];
}

/**
 * @example repairPlan(preparePlan('plan.yaml', io)).patches // what to change
 * @throws RangeError if the plan has errors
 */
export function repairPlan(prepared: PreparedPlan, options: CheckOptions = {}): Repair {
  const { plan, document } = prepared;
  if (!plan || !document) throw new RangeError('a plan with errors cannot be repaired');
  const patches: Patch[] = [];
  const fixed: RuleFinding[] = [];
  const refused = new Set<string>();
  let current: PreparedPlan = prepared;
  let now = document;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const open = checkPlan(current, options).findings.filter(
      (found) => found.patches.length > 0 && !refused.has(keyOf(found)),
    );
    if (open.length === 0) break;
    // Where threads and interrupts may go is known once it is settled which CPUs are set apart.
    const partition = open.filter(({ rule }) => rule.partition);
    const next = partition.length > 0 ? partition : open;
    const done = applyAll(now, next, plan.platform) ?? applyEach(now, next, plan.platform, refused);
    patches.push(...done.patches);
    fixed.push(...done.fixed);
    now = done.document;
    current = done.prepared ?? current;
  }
  return { document: now, patches, fixed };
}

interface Round extends Repair {
  readonly prepared?: PreparedPlan;
}

const keyOf = ({ rule, path, finding }: RuleFinding) =>
  JSON.stringify([rule.id, path, finding.message]);

/** Undefined if the plan is not valid afterwards. */
function applyAll(
  document: PlanDocument,
  open: readonly RuleFinding[],
  platform: Platform,
): Round | undefined {
  let now = document;
  const patches: Patch[] = [];
  for (const { finding } of open) {
    const edited = editPlan(now, finding.fix ?? (() => undefined));
    patches.push(...edited.patches);
    now = edited.document;
  }
  const prepared = prepareDocument(now, platform);
  return prepared.plan ? { document: now, patches, fixed: open, prepared } : undefined;
}

/** One fix after the other, without those that break the plan. */
function applyEach(
  document: PlanDocument,
  open: readonly RuleFinding[],
  platform: Platform,
  refused: Set<string>,
): Round {
  let round: Round = { document, patches: [], fixed: [] };
  for (const found of open) {
    const one = applyAll(round.document, [found], platform);
    if (!one) {
      refused.add(keyOf(found));
      continue;
    }
    round = {
      ...one,
      patches: [...round.patches, ...one.patches],
      fixed: [...round.fixed, found],
    };
  }
  return round;
}
