/**
 * Arbitrary small plans for properties of the run: every policy, section, workload, preset, timer
 * backend and idle mode that a plan can ask for, on 1 to 3 pCPUs, as documents that always load.
 * What each part of a plan may hold is a file in `arbitrary/`.
 */
import fc from 'fast-check';
import { guestOf } from './arbitrary/guest.js';
import { hostOf } from './arbitrary/host.js';
import { withSwitch } from './arbitrary/switch.js';
import { workloads } from './arbitrary/workloads.js';
import type { Doc, SmallPlan } from './smallPlan.js';

const costs = fc.constantFrom('0ns', '10ns', '100ns', '50ns..100ns..700ns', '300ns..1us..2us');

function planOn(
  pcpus: number,
  scale: number,
  switches: fc.Arbitrary<boolean>,
): fc.Arbitrary<SmallPlan> {
  const guests = fc
    .integer({ min: 0, max: 2 })
    .chain((count) =>
      fc.tuple(...Array.from({ length: count }, (_, i) => guestOf(`g${i}`, pcpus, scale))),
    );
  const parts = fc
    .tuple(hostOf(pcpus, scale), guests)
    .map(([host, list]): Doc => ({ host, guests: list }));
  return fc
    .tuple(
      fc.tuple(parts, switches).chain(([doc, network]) => {
        const measured = workloads(doc, pcpus, scale);
        return network ? measured.chain((one) => withSwitch(one, pcpus, scale)) : measured;
      }),
      costs,
    )
    .map(([doc, cost]) => ({ doc, cost, untilNs: 3_000_000 * scale }));
}

/**
 * Small plans. A tenth of them is stretched in time, so that slices, throttling periods and the
 * fair server come into play.
 */
export function arbitraryPlan(): fc.Arbitrary<SmallPlan> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.constant(700) },
      ),
    )
    .chain(([pcpus, scale]) =>
      planOn(
        pcpus,
        scale,
        fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      ),
    );
}

/** Small plans with a switch. */
export function arbitraryNetwork(): fc.Arbitrary<SmallPlan> {
  return fc.integer({ min: 1, max: 3 }).chain((pcpus) => planOn(pcpus, 1, fc.constant(true)));
}
