/**
 * Plans as people make them who want a bound: pinned threads, realtime policies, loads below one.
 * Left out: packets, devices of guests, what stops the machine.
 */
import fc from 'fast-check';
import { documentOf, optional } from './arbitrary/document.js';
import { hostOf } from './realtime/host.js';
import { kernel } from './realtime/kernel.js';
import { law, pin, realtime, sections, start, us, workingSet } from './realtime/threads.js';
import type { Doc, SmallPlan } from './smallPlan.js';

/** A guest whose vCPUs stand on pCPUs of their own, from `first` on. */
function guest(name: string, first: number, pcpus: number): fc.Arbitrary<Doc> {
  const most = Math.min(2, pcpus - first);
  return fc.integer({ min: 1, max: most }).chain((count) =>
    documentOf({
      name: fc.constant(name),
      vcpus: fc
        .array(fc.integer({ min: 1, max: 10 }), { minLength: count, maxLength: count })
        .chain((list) =>
          fc.tuple(
            ...list.map((p, id) =>
              documentOf({
                id: fc.constant(id),
                cpus: fc.constant(first + id),
                policy: fc.constant(`fifo:${p}`),
                workingSet,
              }),
            ),
          ),
        ),
      cpu: optional(
        documentOf({
          passthrough: optional(fc.subarray(['hlt', 'mwait', 'pause', 'cstate'])),
          pollControl: optional(fc.boolean()),
        }),
        3,
      ),
      ...kernel(count, ['poll', 'HLT']),
    }),
  );
}

function workload(on: string, count: number): fc.Arbitrary<Doc> {
  const base = { on: fc.constant(on), cpus: pin(count), policy: realtime };
  const timed = { ...base, interval: us(200, 500, 1000), start };
  return fc.oneof(
    documentOf({
      ...base,
      kind: fc.constant('periodic'),
      period: us(200, 500, 1000),
      run: law(1000, 10_000, 30_000),
      start,
      sections: sections(2),
    }),
    documentOf({
      ...timed,
      kind: fc.constant('cyclictest'),
      dmaLatencyZero: optional(fc.boolean()),
    }),
    documentOf({ ...timed, kind: fc.constant('timerlat') }),
    documentOf({ ...base, kind: fc.constant('oslat') }),
  );
}

const costs = fc.constantFrom('0ns', '100ns', '50ns..100ns..300ns', '300ns..500ns..1us', '1us');

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
 * Small realtime plans on 1 to 3 pCPUs: most of their latencies have a bound.
 *
 * @example fc.sample(arbitraryRealtimePlan(), { numRuns: 1, seed: 1 })
 */
export function arbitraryRealtimePlan(): fc.Arbitrary<SmallPlan> {
  return fc.integer({ min: 1, max: 3 }).chain(planOn);
}
