/** Where experiments are and what their folders hold. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, DiagnosticsError } from '../../base/diagnostics.js';
import { nearestName } from '../../base/suggest.js';
import type { Experiment } from '../../experiment/experiment.js';
import { readExperiment } from '../../experiment/read.js';
import { type ExperimentSummary, summarySchema } from '../../experiment/summary.js';
import { inputError, readTextFile } from '../inputFiles.js';
import { usageError } from '../usage.js';

/** The experiments that come with the package. */
export const SHIPPED = fileURLToPath(new URL('../../../experiments/', import.meta.url));
const FILE = 'experiment.yaml';

export interface ExperimentFolder {
  readonly path: string;
  readonly experiment: Experiment;
}

/** Names of the shipped experiments, ascending. */
export function experimentNames(): string[] {
  if (!existsSync(SHIPPED)) return [];
  return readdirSync(SHIPPED)
    .filter((name) => existsSync(join(SHIPPED, name, FILE)))
    .sort((a, b) => (a < b ? -1 : 1));
}

function folderOf(name: string): string {
  const shipped = join(SHIPPED, name);
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && existsSync(join(shipped, FILE))) return shipped;
  if (existsSync(name) && statSync(name).isDirectory()) {
    if (existsSync(join(name, FILE))) return resolve(name);
    throw inputError(
      'cli/experiment',
      name,
      `holds no ${FILE}`,
      'name the folder of an experiment',
    );
  }
  const names = experimentNames();
  const near = nearestName(name, names);
  throw usageError(
    `there is no experiment "${name.slice(0, 80)}"`,
    `${near === undefined ? '' : `did you mean ${near}? `}isochron experiment --list names them`,
  );
}

/** The experiments of these names or paths; all shipped ones if there are none. */
export function loadExperiments(names: readonly string[]): ExperimentFolder[] {
  const diagnostics: Diagnostic[] = [];
  const folders = (names.length === 0 ? experimentNames() : [...new Set(names)]).map(folderOf);
  const loaded = folders.flatMap((path): ExperimentFolder[] => {
    const file = join(path, FILE);
    const read = readExperiment(readTextFile(file), basename(path), file);
    diagnostics.push(...read.diagnostics);
    return read.experiment === undefined ? [] : [{ path, experiment: read.experiment }];
  });
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    throw new DiagnosticsError(diagnostics);
  }
  return loaded;
}

/** The stored summary, or undefined if there is none yet. */
export function storedSummary(path: string): ExperimentSummary | undefined {
  const file = join(path, 'expected.json');
  if (!existsSync(file)) return undefined;
  const fix = 'restore the file, or write it anew with --update';
  let data: unknown;
  try {
    data = JSON.parse(readTextFile(file));
  } catch (error) {
    if (error instanceof DiagnosticsError) throw error;
    throw inputError('cli/experiment', file, 'is not JSON', fix);
  }
  const parsed = summarySchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = `is no summary: ${issue.path.join('.')}: ${issue.message}`;
  throw inputError('cli/experiment', file, message, fix);
}
