/**
 * The public interface of Isochron. Every name is exported on purpose; what is not here may change
 * without notice.
 *
 * @example
 * const { plan } = preparePlan('plan.yaml', io);
 * const result = simulate(plan, { seed: '1', untilNs: 10e9 });
 */

export {
  type Diagnostic,
  DiagnosticsError,
  formatDiagnostic,
  type Place,
  type Severity,
} from './base/diagnostics.js';
export type { Law, LawStatus } from './base/law.js';
export { formatDuration, parseDuration } from './base/units.js';
export type { ImportOptions, ImportResult } from './formats/importModel.js';
export { type ImportInputs, importPlan } from './formats/importPlan.js';
export type {
  LatencySummary,
  PartitionCost,
  RequirementResult,
  RunResult,
  Share,
  Verdict,
  WorkloadResult,
  WorstSample,
} from './latency/result.js';
export { runResultJsonSchema } from './latency/resultSchema.js';
export { diffPlans, editPlanText, formatPatches } from './plan/edit.js';
export { type PlanIo, type PreparedPlan, preparePlan } from './plan/load.js';
export type { NormalizedPlan } from './plan/normalized.js';
export { type PlanDocument, planJsonSchema } from './plan/schema.js';
export { parsePlatform } from './platform/load.js';
export type { Platform } from './platform/platform.js';
export { chartsOf } from './report/charts.js';
export { renderHtml } from './report/html.js';
export { renderSvg } from './report/svg.js';
export { renderTerminal } from './report/terminal.js';
export { type CheckReport, checkPlan, type RuleFinding } from './rules/checkPlan.js';
export { RULES } from './rules/registry.js';
export { repairPlan } from './rules/repairPlan.js';
export type { Finding, Rule } from './rules/rule.js';
export { sarifLog } from './rules/sarif.js';
export { Simulation, simulate } from './simulation/simulation.js';
