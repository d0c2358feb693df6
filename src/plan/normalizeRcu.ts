/** What RCU callbacks cost and how long they wait, where a plan has sections that call call_rcu. */
import type { Law } from '../base/law.js';
import type { RcuPlan } from './normalized.js';
import type { KernelFieldsDoc } from './schemaKernel.js';
import type { Scope } from './scope.js';

/** [M] A few jiffies each for the scans of force_quiescent_state; callbacks free memory, mostly. */
const GRACE_PERIOD: Law = {
  minNs: 3_000_000,
  quantiles: [{ p: 0.5, ns: 12_000_000 }],
  maxNs: 100_000_000,
  status: 'assumed',
  source: 'jiffies_till_first_fqs and a few scans; no published figure',
};
const CALLBACK: Law = {
  minNs: 60,
  quantiles: [{ p: 0.5, ns: 250 }],
  maxNs: 5000,
  status: 'assumed',
  source: 'kfree and cache misses of one callback; no published figure',
};

export function readRcu({ rcu, threads }: KernelFieldsDoc, scope: Scope): RcuPlan {
  const calls = threads?.some(({ sections }) => sections?.some(({ kind }) => kind === 'rcu'));
  for (const key of ['gracePeriod', 'callback'] as const) {
    if (calls && rcu?.[key] === undefined) {
      scope.assume(['rcu', key], key === 'callback' ? CALLBACK.source : GRACE_PERIOD.source);
    }
  }
  return { gracePeriod: rcu?.gracePeriod ?? GRACE_PERIOD, callback: rcu?.callback ?? CALLBACK };
}
