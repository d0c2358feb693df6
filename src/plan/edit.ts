/** Edits of plans: make, apply, compare and print them. */
export { diffPlans, formatPatches } from './diff.js';
export { editPlanText, type TextEdit } from './editText.js';
export { applyEdits, editPlan, type Patch } from './patch.js';
