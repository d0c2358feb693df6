/**
 * From the name of a plan file to a normalized plan, or to everything that is wrong with it.
 * Pure but for the reading that the caller hands in.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import { nearestName } from '../base/suggest.js';
import { parsePlatform } from '../platform/load.js';
import { parseSource } from '../platform/parseSource.js';
import type { Platform } from '../platform/platform.js';
import { Problems } from '../platform/problems.js';
import { nodeAt, type SourceNode, toPlain } from '../platform/sourceTree.js';
import { validate } from '../platform/validate.js';
import { readExtended } from './extend.js';
import { normalizePlan } from './normalize.js';
import type { NormalizedPlan } from './normalized.js';
import type { TextOf } from './normalizePackets.js';
import { directoryOf, resolveInside } from './planPath.js';
import { restOf } from './rest.js';
import { type ParsedPlan, type PlanDocument, planSchema } from './schema.js';

/** How files are read; `readText` throws if it cannot. */
export interface PlanIo {
  readText(path: string): string;
  /** The platform model of a name, or undefined. */
  platformText(name: string): { readonly text: string; readonly file: string } | undefined;
  platformNames(): readonly string[];
}

export interface PreparedPlan {
  /** Present iff no diagnostic is an error. */
  readonly plan?: NormalizedPlan;
  /** The merged plan as written; present iff it fits the schema. */
  readonly document?: PlanDocument;
  /** Where each value of the document was written; present with it. */
  readonly source?: SourceNode;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads, merges, validates and normalizes a plan (YAML or JSON).
 *
 * @example preparePlan('plans/flagship.yaml', io).plan?.guests.length // 3
 */
export function preparePlan(file: string, io: PlanIo): PreparedPlan {
  const source = readExtended(file, (path) => io.readText(path));
  if (!source.root) return { diagnostics: source.diagnostics };
  // Without its bases a plan lacks much, and all of that would be said of the plan.
  const isBase = ({ path, severity }: Diagnostic) => path === 'extends' && severity === 'error';
  if (source.diagnostics.some(isBase)) return { diagnostics: inOrder(source.diagnostics) };
  const problems = new Problems(source.root, 'plan');
  problems.diagnostics.push(...source.diagnostics);
  const parsed = validate(planSchema, problems);
  if (!parsed) {
    problems.diagnostics.push(...faultsOfRest(source.root, file, io));
    return { diagnostics: inOrder(problems.diagnostics) };
  }
  const document = toPlain(source.root) as PlanDocument;
  const platform = readPlatform(parsed, file, io, problems);
  const plan =
    platform && normalizePlan(parsed, platform, problems, textBeside(file, io, problems));
  const diagnostics = inOrder(problems.diagnostics);
  const read = { document, source: source.root, diagnostics };
  if (problems.hasErrors || !plan) return read;
  return { ...read, plan };
}

/**
 * Prepares a merged document that was changed in memory, on a platform that is loaded already.
 * Places in its diagnostics mean nothing.
 */
export function prepareDocument(document: PlanDocument, platform: Platform): PreparedPlan {
  const source = parseSource(JSON.stringify(document), 'plan');
  if (!source.root) return { diagnostics: source.diagnostics };
  const problems = new Problems(source.root, 'plan');
  problems.diagnostics.push(...source.diagnostics);
  const parsed = validate(planSchema, problems);
  const plan = parsed && normalizePlan(parsed, platform, problems);
  const { diagnostics } = problems;
  if (!plan || problems.hasErrors) return { diagnostics };
  return { plan, document, source: source.root, diagnostics };
}

/** Where the form of a plan is at fault, what is left of it is still checked for its sense. */
function faultsOfRest(root: SourceNode, file: string, io: PlanIo): readonly Diagnostic[] {
  const rest = restOf(root);
  if (!rest) return [];
  const problems = new Problems(rest.root, 'plan');
  const platform = readPlatform(rest.parsed, file, io, problems);
  if (platform) normalizePlan(rest.parsed, platform, problems, textBeside(file, io, problems));
  return problems.diagnostics.filter((diagnostic) => rest.isCertain(diagnostic));
}

function readPlatform(
  parsed: ParsedPlan,
  file: string,
  io: PlanIo,
  problems: Problems,
): Platform | undefined {
  const found = findPlatform(parsed.platform, file, io, problems);
  if (!found) return undefined;
  const { platform, diagnostics } = parsePlatform(found.text, found.file);
  problems.diagnostics.push(...diagnostics);
  return platform;
}

function findPlatform(name: string, file: string, io: PlanIo, problems: Problems) {
  const path = ['platform'];
  if (!name.includes('/') && !/\.(ya?ml|json)$/.test(name)) {
    const found = io.platformText(name);
    if (found) return found;
    const names = io.platformNames();
    const near = nearestName(name, names);
    const fix = near ? `write ${near}` : `use ${names.join(', ')}, or a relative path`;
    problems.error('plan/unknown-platform', path, `there is no platform "${name}"`, fix);
    return undefined;
  }
  // Relative to the file that says so, which may be a base of the plan.
  const node = nodeAt(problems.root, path);
  const saidIn = (node ?? problems.root).place.file;
  const target = resolveInside(directoryOf(file), directoryOf(saidIn), name);
  if ('refusal' in target) {
    problems.error('plan/platform-path', path, target.refusal, 'name a file below the plan');
    return undefined;
  }
  try {
    return { text: io.readText(target.path), file: target.path };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `cannot read ${target.path}: ${reason}`;
    problems.error('plan/unreadable', path, message, 'check the name of the file');
    return undefined;
  }
}

/** Files that a plan names are relative to the file that says so, and stay below the plan. */
function textBeside(file: string, io: PlanIo, problems: Problems): TextOf {
  return (name, path) => {
    const saidIn = (nodeAt(problems.root, path) ?? problems.root).place.file;
    const target = resolveInside(directoryOf(file), directoryOf(saidIn), name);
    if ('refusal' in target) return { refusal: target.refusal, fix: 'name a file below the plan' };
    try {
      return { text: io.readText(target.path) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const refusal = `cannot read ${target.path}: ${reason}`;
      return { refusal, fix: 'check the name of the file' };
    }
  };
}

/** By file, line and column; what is said of the same place stays in its order. */
function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keyed = diagnostics.map((diagnostic, index) => ({ diagnostic, index }));
  keyed.sort((a, b) => {
    const [p, q] = [a.diagnostic.place, b.diagnostic.place];
    const byFile = compareText(p?.file ?? '', q?.file ?? '');
    return (
      byFile ||
      (p?.line ?? 0) - (q?.line ?? 0) ||
      (p?.column ?? 0) - (q?.column ?? 0) ||
      a.index - b.index
    );
  });
  return keyed.map((entry) => entry.diagnostic);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
