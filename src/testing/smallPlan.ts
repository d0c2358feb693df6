/**
 * A small plan as a property test holds it: the document, what every primitive of its machine costs,
 * and how long it is worth running. It prints as the text that reproduces it.
 */
import { stringify } from 'yaml';
import { DiagnosticsError } from '../base/diagnostics.js';
import { type PlanIo, preparePlan } from '../plan/load.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { tinyPlatformText } from './tinyPlatform.js';

export type Doc = Record<string, unknown>;

export interface SmallPlan {
  /** Everything of a plan but its first three lines. */
  readonly doc: Doc;
  /** Cost law of every primitive, as in `100ns` or `50ns..100ns..700ns`. */
  readonly cost: string;
  readonly untilNs: number;
}

const PLAN_FILE = 'plan.yaml';

const whole = (doc: Doc): Doc => ({ isochron: 1, name: 'small', platform: './tiny.yaml', ...doc });

/** The plan as YAML; its platform is that of {@link platformText}, in a file beside it. */
export function planText({ doc }: Pick<SmallPlan, 'doc'>): string {
  return stringify(whole(doc));
}

/** The platform file `tiny.yaml` of a small plan. */
export function platformText({ cost }: Pick<SmallPlan, 'cost'>): string {
  return tinyPlatformText({ cost });
}

function memoryIo(plan: string, platform: string): PlanIo {
  const texts = new Map([
    [PLAN_FILE, plan],
    ['tiny.yaml', platform],
  ]);
  return {
    readText(path) {
      const text = texts.get(path);
      if (text === undefined) throw new Error('no such file');
      return text;
    },
    platformText: () => undefined,
    platformNames: () => [],
  };
}

/** The normalized plan of the two texts. Throws a DiagnosticsError if they are not valid. */
export function loadTexts(plan: string, platform: string): NormalizedPlan {
  const prepared = preparePlan(PLAN_FILE, memoryIo(plan, platform));
  if (!prepared.plan) throw new DiagnosticsError(prepared.diagnostics);
  return prepared.plan;
}

/**
 * The normalized plan of a small plan.
 *
 * @example simulate(load(small), { seed: '1', untilNs: small.untilNs })
 */
export function load(small: Pick<SmallPlan, 'doc' | 'cost'>): NormalizedPlan {
  // JSON is YAML, and read faster.
  return loadTexts(JSON.stringify(whole(small.doc)), platformText(small));
}
