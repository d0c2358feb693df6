/** Repairs one plan file: the text of the user with the fixes of the rules in it. */
import { editPlanText, formatPatches, type Patch } from '../../plan/edit.js';
import type { PreparedPlan } from '../../plan/load.js';
import type { CheckOptions, RuleFinding } from '../../rules/checkPlan.js';
import { repairPlan } from '../../rules/repairPlan.js';
import { readTextFile } from '../inputFiles.js';
import { tryLoadPlan } from '../loadPlan.js';

export interface RepairedFile {
  readonly before: string;
  readonly after: string;
  /** The plan of the new text. */
  readonly prepared: PreparedPlan;
  readonly fixed: readonly RuleFinding[];
  /** Changes that belong into a file that the plan extends, one line each. */
  readonly left: string;
}

/** `prepared` is the plan of the file. Nothing is written. */
export function repairFile(
  file: string,
  prepared: PreparedPlan,
  options: CheckOptions,
): RepairedFile {
  const before = readTextFile(file);
  const repair = repairPlan(prepared, options);
  const { text: after, left } = editPlanText(before, repair.patches);
  const again = tryLoadPlan(file, after);
  const same = (a: unknown, b: unknown) => formatPatches([set(a)]) === formatPatches([set(b)]);
  if (!again.plan || (left.length === 0 && !same(again.document, repair.document))) {
    throw new Error(`the repaired text of ${file} does not say what the repair means`);
  }
  return {
    before,
    after,
    prepared: again,
    fixed: repair.fixed,
    left: left.length === 0 ? '' : formatPatches(left),
  };
}

const set = (value: unknown): Patch => ({ op: 'replace', path: ['plan'], value });
