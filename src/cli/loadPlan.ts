/** Loads a plan file with everything that it names: plans that it extends and its platform. */
import { dirname } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../base/diagnostics.js';
import { type PreparedPlan, preparePlan } from '../plan/load.js';
import { readTextFile } from './inputFiles.js';
import { platformNames, platformText } from './packageFiles.js';

/** Reads a file that a plan names; the place of a failure is where the plan names it. */
function readNamed(path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    if (error instanceof DiagnosticsError) throw new Error(error.diagnostics[0].message);
    throw error;
  }
}

/** The plan of `file`, or its problems, all of them. Never throws for what the files hold. */
export function tryLoadPlan(file: string): PreparedPlan {
  try {
    const text = readTextFile(file);
    return preparePlan(file, {
      readText: (path) => (path === file ? text : readNamed(path)),
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
