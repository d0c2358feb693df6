/** Loads a plan file with everything that it names: included files and its platform. */
import { dirname } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../base/diagnostics.js';
import { type PreparedPlan, preparePlan } from '../plan/preparePlan.js';
import { MAX_INPUT_BYTES, readTextFile } from './inputFiles.js';
import { platformNames, platformText } from './packageFiles.js';

/** A plan is written by hand or imported; the largest has some thousand lines. */
const MAX_PLAN_BYTES = MAX_INPUT_BYTES;

/** The plan of `file`, or its problems, all of them. Never throws for what the files hold. */
export function tryLoadPlan(file: string): PreparedPlan {
  try {
    return preparePlan(file, {
      readText: (path) => readTextFile(path, MAX_PLAN_BYTES),
      platformText: (name) => platformText(name, dirname(file)),
      platformNames,
    });
  } catch (error) {
    if (error instanceof DiagnosticsError) return { diagnostics: error.diagnostics };
    throw error;
  }
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}
