/** A plan as a changed document: with the platform and at the place of the file that it came from. */
import { dirname } from 'node:path';
import { type PreparedPlan, preparePlan } from '../plan/load.js';
import type { PlanDocument } from '../plan/schema.js';
import { readTextFile } from './inputFiles.js';
import { platformNames, platformText } from './packageFiles.js';

/** Prepares `document` as if it stood beside `file`. Never throws for what it holds. */
export function prepareVariant(file: string, document: PlanDocument): PreparedPlan {
  const name = `${file}.variant.json`;
  const { extends: _bases, ...merged } = document;
  const text = JSON.stringify(merged);
  return preparePlan(name, {
    readText: (path) => (path === name ? text : readTextFile(path)),
    platformText: (platform) => platformText(platform, dirname(file)),
    platformNames,
  });
}
