/**
 * System management interrupts: every CPU stops. The next one comes no sooner than a distance after
 * the end of the last, so in any window the share of time is largest with the longest SMIs.
 */
import { sporadic } from './arrivals.js';
import type { Contract } from './contract.js';
import { NO_TIME } from './figure.js';
import type { Surroundings } from './surroundings.js';

export function smiContract({ plan, figures }: Surroundings): Contract | undefined {
  if (!plan.smi) return undefined;
  const largest = figures.usual.of(plan.smi.duration, 'smi.run');
  return {
    mechanism: 'SMI',
    subject: 'SMI',
    level: 'smm',
    arrivals: sporadic(plan.smi.duration.maxNs + Math.max(1, plan.smi.every.minNs)),
    largest,
    blocking: NO_TIME,
    masked: NO_TIME,
    triggers: [],
  };
}
