/** Builds normalized plans from YAML for tests; the platform is tiny and free of cost. */
import { DiagnosticsError } from '../../src/base/diagnostics.js';
import { type PlanIo, type PreparedPlan, preparePlan } from '../../src/plan/load.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { tinyPlatformText } from '../../src/testing/tinyPlatform.js';

export interface BuilderOptions {
  /** Other files by path, for `extends` and relative platforms. */
  readonly files?: Readonly<Record<string, string>>;
  /** Cost of every primitive of the tiny platform, as in `100ns`. */
  readonly cost?: string;
  readonly file?: string;
}

/** Reading from memory: the tiny platform is called `tiny`. */
export function memoryIo(files: Readonly<Record<string, string>>, cost?: string): PlanIo {
  return {
    readText(path) {
      if (Object.hasOwn(files, path)) return files[path];
      throw new Error('no such file');
    },
    platformText: (name) =>
      name === 'tiny' ? { text: tinyPlatformText({ cost }), file: 'tiny.yaml' } : undefined,
    platformNames: () => ['tiny'],
  };
}

/** A whole plan text: `isochron: 1`, name and platform are added to YAML where missing. */
export function wholeText(text: string): string {
  if (text.startsWith('{')) return text;
  const has = (key: string) => new RegExp(`^${key}:`, 'm').test(text);
  const missing = [
    has('isochron') ? '' : 'isochron: 1\n',
    has('name') ? '' : 'name: test\n',
    has('platform') ? '' : 'platform: tiny\n',
  ];
  // At the end, so that line numbers of the text stay.
  return `${text.trimEnd()}\n${missing.join('')}`;
}

/** Prepares a plan text; nothing is thrown. */
export function prepare(text: string, options: BuilderOptions = {}): PreparedPlan {
  const file = options.file ?? 'plan.yaml';
  return preparePlan(file, memoryIo({ ...options.files, [file]: wholeText(text) }, options.cost));
}

/**
 * The normalized plan of a YAML text.
 *
 * @example planFromYaml('workloads: [{id: a, kind: busy, on: host, cpus: 0, policy: other}]')
 */
export function planFromYaml(text: string, options: BuilderOptions = {}): NormalizedPlan {
  const { plan, diagnostics } = prepare(text, options);
  if (!plan) throw new DiagnosticsError(diagnostics);
  return plan;
}
