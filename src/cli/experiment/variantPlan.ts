/** The plan of a variant: its base with its edits, as text that a worker can take. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticsError } from '../../base/diagnostics.js';
import type { Variant } from '../../experiment/experiment.js';
import { applyEdits } from '../../plan/edit.js';
import { type PreparedPlan, preparePlan } from '../../plan/load.js';
import type { NormalizedPlan } from '../../plan/normalized.js';
import { inputError } from '../inputFiles.js';
import { hasErrors, tryLoadPlan } from '../loadPlan.js';
import { platformNames, platformText } from '../packageFiles.js';

const PLANS = fileURLToPath(new URL('../../../models/plans/', import.meta.url));

export interface EditedPlan {
  /** Names the plan in messages and is where its platform is looked for. */
  readonly file: string;
  readonly text: string;
}

/** An edited plan, normalized, or its problems. */
export function prepareEdited({ file, text }: EditedPlan): PreparedPlan {
  return preparePlan(file, {
    readText: () => text,
    platformText: (name) => platformText(name, dirname(file)),
    platformNames,
  });
}

function baseFile(folder: string, base: string): string {
  if (/\.(?:ya?ml|json)$/.test(base)) return join(folder, base);
  const file = join(PLANS, `${base}.yaml`);
  if (existsSync(file)) return file;
  const fix = 'name a plan of models/plans, or a file of the folder that ends in .yaml';
  throw inputError('cli/experiment', folder, `there is no plan "${base}"`, fix);
}

/** The plan of a variant in both forms. Throws a DiagnosticsError that names the variant. */
export function variantPlan(
  folder: string,
  variant: Variant,
): { readonly edited: EditedPlan; readonly plan: NormalizedPlan } {
  const base = baseFile(folder, variant.base);
  const loaded = tryLoadPlan(base);
  if (loaded.document === undefined || hasErrors(loaded.diagnostics)) {
    throw new DiagnosticsError(loaded.diagnostics);
  }
  const file = `${base}, variant ${variant.name}`;
  let text: string;
  try {
    text = JSON.stringify(applyEdits(loaded.document, variant.edits));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fix = 'check the paths of the edits against the base plan; add a missing map first';
    throw inputError('cli/experiment', file, message, fix);
  }
  const edited = { file, text };
  const { plan, diagnostics } = prepareEdited(edited);
  if (plan === undefined) throw new DiagnosticsError(diagnostics);
  return { edited, plan };
}
