/**
 * Plans as people make them who want a bound: pinned threads, realtime policies, loads below one, and
 * switches whose pollers have a pCPU each. Left out: what stops the machine.
 */
import fc from 'fast-check';
import { costs, guest, workload } from './realtime/guest.js';
import { hostOf } from './realtime/host.js';
import { networkPlan } from './realtime/network.js';
import type { Doc, SmallPlan } from './smallPlan.js';

function planOn(pcpus: number): fc.Arbitrary<SmallPlan> {
  const guests = fc.oneof(
    { weight: 2, arbitrary: fc.constant([] as Doc[]) },
    { weight: 3, arbitrary: guest('g0', pcpus - 1, pcpus).map((one) => [one]) },
    { weight: 1, arbitrary: guest('g0', 0, pcpus).map((one) => [one]) },
  );
  return fc.tuple(hostOf(pcpus), guests).chain(([h, list]) => {
    const places = [
      { on: 'host', count: pcpus },
      ...list.map(({ name, vcpus }) => ({ on: String(name), count: (vcpus as unknown[]).length })),
    ];
    const one = fc
      .constantFrom(...places, ...places.slice(1), ...places.slice(1))
      .chain(({ on, count }) => workload(on, count));
    return fc.tuple(fc.array(one, { minLength: 1, maxLength: 3 }), costs).map(([works, cost]) => ({
      doc: { host: h, guests: list, workloads: works.map((w, i) => ({ id: `w${i}`, ...w })) },
      cost,
      untilNs: 6_000_000,
    }));
  });
}

/**
 * Small realtime plans on 1 to 3 pCPUs, or on 5 with a switch: most of their latencies have a bound.
 *
 * @example fc.sample(arbitraryRealtimePlan(), { numRuns: 1, seed: 1 })
 */
export function arbitraryRealtimePlan(): fc.Arbitrary<SmallPlan> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }).chain(planOn) },
    { weight: 1, arbitrary: networkPlan() },
  );
}
