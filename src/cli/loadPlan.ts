/** Loads a plan file with everything that it names: plans that it extends and its platform. */
import { dirname } from 'node:path';
import { type Diagnostic, DiagnosticsError } from '../base/diagnostics.js';
import { type PreparedPlan, preparePlan } from '../plan/load.js';
import type { Context } from './context.js';
import { inputError, readTextFile, STANDARD_INPUT } from './inputFiles.js';
import { platformNames, platformText } from './packageFiles.js';
import { printDiagnostics } from './printDiagnostics.js';

export type ValidPlan = PreparedPlan & Required<Pick<PreparedPlan, 'plan' | 'document'>>;

/** Reads a file that a plan names; the place of a failure is where the plan names it. */
function readNamed(path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    if (error instanceof DiagnosticsError) throw new Error(error.diagnostics[0].message);
    throw error;
  }
}

/** The XML of a guest looks like a broken plan; what it needs is another command. */
function refuseXml(file: string, text: string): void {
  if (!/^\s{0,100}</.test(text)) return;
  const message = 'is XML, and no plan';
  const fix = `make a plan of a libvirt domain: isochron import --domain ${file} -o plan.yaml`;
  throw inputError('plan/xml', file, message, fix, { line: 1, column: 1 });
}

/**
 * The plan of `file`, or its problems, all of them. Never throws for what the files hold.
 * `replacement` stands for the text of the file itself.
 */
export function tryLoadPlan(path: string, replacement?: string): PreparedPlan {
  // What a plan from a pipe names is looked for in the current directory.
  const file = path === STANDARD_INPUT ? 'standard-input' : path;
  try {
    const text = replacement ?? readTextFile(path);
    refuseXml(file, text);
    return preparePlan(file, {
      readText: (named) => (named === file ? text : readNamed(named)),
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

/**
 * The plan of `path`, after its warnings have been printed.
 *
 * @throws DiagnosticsError with all problems if there is an error among them
 */
export function loadPlan(path: string, context: Context): ValidPlan {
  const prepared = tryLoadPlan(path);
  const { plan, document, diagnostics } = prepared;
  if (plan === undefined || document === undefined || hasErrors(diagnostics)) {
    throw new DiagnosticsError(diagnostics);
  }
  printDiagnostics(diagnostics, context.stderr, context.env);
  return { ...prepared, plan, document };
}
