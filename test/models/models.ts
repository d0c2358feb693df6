/** Reads the shipped models for the tests of this folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isConstant, type Law } from '../../src/base/law.js';
import { type PlanIo, type PreparedPlan, preparePlan } from '../../src/plan/load.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import { parsePlatform } from '../../src/platform/load.js';
import type { Platform } from '../../src/platform/platform.js';

const PLATFORMS = new Map<string, Platform>();
const MODELS = new URL('../../models/', import.meta.url);

/** File names of a folder of models, sorted. */
export function modelFiles(folder: 'platforms' | 'plans'): string[] {
  const names = readdirSync(fileURLToPath(new URL(`${folder}/`, MODELS)));
  return names.filter((name) => name.endsWith('.yaml')).sort((a, b) => (a < b ? -1 : 1));
}

/** Text of `models/<path>`. */
export function modelText(path: string): string {
  return readFileSync(fileURLToPath(new URL(path, MODELS)), 'utf8');
}

/** A shipped platform; throws with its diagnostics if it does not load. */
export function shippedPlatform(name: string): Platform {
  const known = PLATFORMS.get(name);
  if (known) return known;
  const file = `platforms/${name}.yaml`;
  const { platform, diagnostics } = parsePlatform(modelText(file), file);
  if (!platform) throw new Error(JSON.stringify(diagnostics, null, 2));
  PLATFORMS.set(name, platform);
  return platform;
}

const IO: PlanIo = {
  readText: modelText,
  platformText: (name) => {
    const file = `platforms/${name}.yaml`;
    return { text: modelText(file), file };
  },
  platformNames: () => modelFiles('platforms').map((name) => name.slice(0, -'.yaml'.length)),
};

/** What loading `models/plans/<name>.yaml` gives. */
export function preparedPlan(name: string): PreparedPlan {
  return preparePlan(`plans/${name}.yaml`, IO);
}

/** A shipped plan; throws with its diagnostics if it does not load. */
export function shippedPlan(name: string): NormalizedPlan {
  const { plan, diagnostics } = preparedPlan(name);
  if (!plan) throw new Error(JSON.stringify(diagnostics, null, 2));
  return plan;
}

/** Every law of a platform with its place, as in `host.irqEntry`. */
export function lawsOf(platform: Platform): { at: string; law: Law }[] {
  const laws: { at: string; law: Law }[] = [];
  for (const group of ['host', 'guest', 'kvm', 'network'] as const) {
    for (const [name, law] of Object.entries(platform[group])) {
      laws.push({ at: `${group}.${name}`, law });
    }
  }
  for (const state of platform.cstates) laws.push({ at: `cstate ${state.name}`, law: state.exit });
  if (platform.smi) {
    laws.push({ at: 'smi.every', law: platform.smi.every });
    laws.push({ at: 'smi.run', law: platform.smi.duration });
  }
  return laws;
}

/** Median of a law that states one or is constant, ns. */
export function medianNs(law: Law): number {
  if (isConstant(law)) return law.minNs;
  const median = law.quantiles.find((quantile) => quantile.p === 0.5);
  if (!median) throw new Error('the law states no median');
  return median.ns;
}

/** Sum of medians, ns. */
export function sumOfMediansNs(...laws: readonly Law[]): number {
  return laws.reduce((sum, law) => sum + medianNs(law), 0);
}
