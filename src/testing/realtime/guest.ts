/** Guests of realtime plans, and what is measured there and on the host. */
import fc from 'fast-check';
import { documentOf, optional } from '../arbitrary/document.js';
import type { Doc } from '../smallPlan.js';
import { kernel } from './kernel.js';
import { law, pin, realtime, sections, start, us, workingSet } from './threads.js';

/** A guest whose vCPUs stand on pCPUs of their own, from `first` on. */
export function guest(name: string, first: number, pcpus: number): fc.Arbitrary<Doc> {
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

export function workload(on: string, count: number): fc.Arbitrary<Doc> {
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

/** What a primitive of the tiny platform costs. */
export const costs = fc.constantFrom(
  '0ns',
  '100ns',
  '50ns..100ns..300ns',
  '300ns..500ns..1us',
  '1us',
);
