/**
 * `isochron/testing`: a property-based test kit for priority rules. Needs fast-check.
 *
 * @example
 * import { assertPriorityRule, strongestRuns } from 'isochron/testing';
 * assertPriorityRule(strongestRuns);
 */
export { arbitraryPlan } from './arbitraryPlan.js';
export { arbitraryRealtimePlan } from './arbitraryRealtimePlan.js';
export {
  assertPriorityRule,
  type RuleOptions,
  RuleViolated,
  type RuleWitness,
  replayRule,
} from './assertPriorityRule.js';
export type { CpuView, SchedulingClass, ThreadView } from './cpuView.js';
export { fifoKeepsItsCpu, LINUX_RULES, onlyReadyThreadsRun, strongestRuns } from './linuxRules.js';
export { minimize } from './minimize.js';
export {
  firstViolation,
  type PriorityRule,
  type RuleRun,
  type SwitchView,
  type Violation,
} from './priorityRule.js';
export { type Doc, load, loadTexts, planText, platformText, type SmallPlan } from './smallPlan.js';
