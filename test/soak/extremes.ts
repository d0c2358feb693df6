/** A plan with its laws narrowed: the ends of what it allows, at which worst cases often lie. */
import type { Law } from '../../src/base/law.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';

export type Extreme = 'as drawn' | 'longest' | 'shortest' | 'densest' | 'longest, as spread';

export const EXTREMES: readonly Extreme[] = [
  'as drawn',
  'longest',
  'shortest',
  'densest',
  'longest, as spread',
];

function isLaw(value: object): value is Law {
  return 'minNs' in value && 'maxNs' in value && 'quantiles' in value;
}

const always = (law: Law, ns: number): Law => ({ ...law, minNs: ns, quantiles: [], maxNs: ns });

function narrowed(value: unknown, key: string, extreme: Extreme): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isLaw(value)) {
    if (key === 'every') {
      return extreme === 'longest, as spread' ? value : always(value, value.minNs);
    }
    if (extreme === 'densest') return value;
    return always(value, extreme === 'shortest' ? value.minNs : value.maxNs);
  }
  if (Array.isArray(value)) return value.map((one) => narrowed(one, key, extreme));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, narrowed(one, name, extreme)]),
  );
}

/** The plan at one of its extremes; what it runs and where stays. */
export function atExtreme(plan: NormalizedPlan, extreme: Extreme): NormalizedPlan {
  if (extreme === 'as drawn') return plan;
  return narrowed(plan, '', extreme) as NormalizedPlan;
}
