/** Switches that poll, their packets, and the guests that receive them. */
import fc from 'fast-check';
import type { Doc } from '../smallPlan.js';
import { documentOf, law, optional, policyOf, priority, startOf } from './document.js';
import { sections } from './sections.js';
import { placesOf } from './workloads.js';

/** A switch with interfaces to guests and to nowhere, each with packets, most with a consumer. */
export function withSwitch(doc: Doc, pcpus: number, scale: number): fc.Arbitrary<Doc> {
  const guests = placesOf(doc, pcpus).slice(1);
  const pollers = fc.integer({ min: 1, max: 2 }).chain((count) =>
    fc.array(documentOf({ cpus: fc.integer({ min: 0, max: pcpus - 1 }), policy: pollerPolicy }), {
      minLength: count,
      maxLength: count,
    }),
  );
  const port = fc.constantFrom(undefined, ...guests, ...guests).chain((guest) =>
    documentOf({
      guest: fc.constant(guest?.on),
      vcpu: guest ? optional(fc.integer({ min: 0, max: guest.count - 1 })) : fc.constant(undefined),
      guestPoller: fc.constantFrom(undefined, 'p0'),
      ring: fc.constantFrom(undefined, 1, 4),
      wireRing: fc.constantFrom(undefined, 2, 8),
      socket: fc.constantFrom(undefined, 1),
      consumer: consumerOf(guest, scale),
      source: sourceOf(scale),
    }),
  );
  const rest = documentOf({
    burst: fc.constantFrom(undefined, 1, 4),
    flush: fc.constantFrom(undefined, '0s', `${3 * scale}us`, `${100 * scale}us`),
    housekeeping: fc.constantFrom(0, 100, 1024),
    pollEmpty: law(scale, [0.1, 0.3]),
  });
  return fc
    .tuple(pollers, fc.array(port, { minLength: 1, maxLength: 3 }), rest)
    .map(([loops, ports, fields]) => ({
      ...doc,
      switches: [
        {
          name: 's',
          pollers: loops.map((one, i) => ({ name: `p${i}`, ...one })),
          interfaces: ports.map(({ consumer: _, source: __, ...one }, i) => ({
            name: `if${i}`,
            ...one,
          })),
          packets: ports.map(({ source }, i) => ({
            name: `src${i}`,
            interface: `if${i}`,
            ...(source as Doc),
          })),
          ...fields,
        },
      ],
      workloads: [
        ...(doc.workloads as Doc[]),
        ...ports.flatMap(({ consumer, guest }, i) =>
          consumer
            ? [{ id: `packets${i}`, on: guest, interface: `if${i}`, ...(consumer as Doc) }]
            : [],
        ),
      ],
    }));
}

const pollerPolicy = fc.oneof(
  fc.constant('other'),
  priority.map((p) => `fifo:${p}`),
  fc.constant('rr:2'),
);

function sourceOf(scale: number): fc.Arbitrary<Doc> {
  return documentOf({
    every: law(scale, [60, 150, 400]),
    start: startOf(scale),
    minDistance: optional(fc.constant(`${20 * scale}us`), 3),
    burst: optional(fc.constantFrom(2, 5), 3),
    gap: optional(fc.constantFrom('0ns', `${scale}us`)),
  });
}

function consumerOf(
  guest: { count: number } | undefined,
  scale: number,
): fc.Arbitrary<Doc | undefined> {
  if (!guest) return fc.constant(undefined);
  const common = {
    cpus: fc.integer({ min: 0, max: guest.count - 1 }),
    policy: policyOf(scale),
    receive: optional(fc.constantFrom('interrupt', 'poll')),
  };
  const echo = documentOf({ ...common, kind: fc.constant('packet-echo') });
  const control = documentOf({
    ...common,
    kind: fc.constant('control-loop'),
    run: law(scale, [1, 10, 60]),
    sections: sections(scale),
  });
  return optional(fc.oneof(echo, control), 4);
}
