/**
 * A mechanism that is switched off costs nothing: the speed of a plan that switches it off against that
 * of the same plan without a word of it. The two take turns in one process and the fastest round of
 * each counts, since other load only ever makes a round slower. `same` is the plan against itself: how
 * far two equal plans seem to differ.
 */
import { pinnedGuestPlan } from './plans.mjs';

/** What stands where in the plan of a pinned guest: under `host`, under the guest. */
const OFF = {
  same: {},
  caches: { host: ['caches: off'] },
  irqbalance: { host: ['irqbalance: off'] },
  noise: { host: ['noise: { default: off }'] },
  slowdown: { host: ['slowdown: [{ cpus: 4, factor: 1 }]'] },
  smt: { host: ['smt: { busySibling: 1 }'] },
  frequency: { host: ['frequency: [{ cores: 2, factor: 1 }]'] },
  clock: { guest: ['clock: { sync: off }'] },
  all: {
    host: [
      'caches: off',
      'irqbalance: off',
      'noise: { default: off }',
      'slowdown: [{ cpus: 4, factor: 1 }]',
      'smt: { busySibling: 1 }',
      'frequency: [{ cores: 2, factor: 1 }]',
    ],
    guest: ['clock: { sync: off }'],
  },
};

/**
 * Speed with the mechanism off over speed without it, by mechanism. `run(plan)` returns seconds.
 */
export function offRatios(run, rounds) {
  // A plan that never names SMIs has those of its platform, so both say that there are none.
  const silent = { host: ['smi: off'] };
  return Object.entries(OFF).map(([name, extra]) => {
    const host = [...new Set([...silent.host, ...(extra.host ?? [])])];
    const off = pinnedGuestPlan({ ...extra, host });
    const never = pinnedGuestPlan(silent);
    let [fastOff, fastNever] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < rounds; round++) {
      // In turn the first, so that neither always comes after a collection of the other's garbage.
      if (round % 2 === 0) fastNever = Math.min(fastNever, run(never));
      fastOff = Math.min(fastOff, run(off));
      if (round % 2 === 1) fastNever = Math.min(fastNever, run(never));
    }
    return { name, ratio: fastNever / fastOff };
  });
}
