/**
 * Plans with paths through the host that have a bound: switches whose pollers have a pCPU each, guests
 * with pinned realtime vCPUs that answer packets, by interrupt or by polling.
 */
import fc from 'fast-check';
import { documentOf, optional } from '../arbitrary/document.js';
import type { Doc, SmallPlan } from '../smallPlan.js';
import { costs, guest, workload } from './guest.js';
import { hostOf } from './host.js';
import { law, realtime, sections, start } from './threads.js';

const pollers = fc.array(
  documentOf({ policy: fc.constantFrom('fifo:2', 'fifo:20', 'fifo:60', 'other', 'rr:5') }),
  { minLength: 1, maxLength: 2 },
);

const source = documentOf({
  every: law(200_000, 400_000, 1_000_000),
  start,
  burst: optional(fc.constantFrom(2, 5), 3),
  gap: optional(fc.constantFrom('0ns', '1us', '10us')),
});

function consumer(count: number): fc.Arbitrary<Doc> {
  const common = {
    cpus: fc.integer({ min: 0, max: count - 1 }).map(String),
    policy: realtime,
    receive: fc.constantFrom('interrupt', 'interrupt', 'interrupt', 'poll'),
  };
  return fc.oneof(
    documentOf({ ...common, kind: fc.constant('packet-echo') }),
    documentOf({
      ...common,
      kind: fc.constant('control-loop'),
      run: law(1000, 10_000, 30_000),
      sections: sections(2),
    }),
  );
}

function port(count: number): fc.Arbitrary<Doc> {
  return documentOf({
    vcpu: optional(fc.integer({ min: 0, max: count - 1 })),
    guest: fc.constantFrom('g0', 'g0', 'g0', undefined),
    poller: fc.constantFrom('p0', undefined),
    guestPoller: fc.constantFrom(undefined, undefined, 'p0'),
    ring: fc.constantFrom(undefined, undefined, 4),
    consumer: optional(consumer(count), 6),
    source,
  });
}

/** A switch on pCPUs of its own, behind those of the rest. */
function withSwitch(doc: Doc, first: number, count: number): fc.Arbitrary<Doc> {
  const rest = documentOf({
    burst: fc.constantFrom(undefined, 1, 4),
    flush: fc.constantFrom(undefined, undefined, '3us', '50us'),
    housekeeping: fc.constantFrom(0, 100, 1024),
    pollEmpty: law(100, 300),
  });
  return fc
    .tuple(pollers, fc.array(port(count), { minLength: 1, maxLength: 2 }), rest)
    .map(([loops, ports, fields]) => {
      const drop = ({ guest: on, vcpu, guestPoller, ...one }: Doc): Doc =>
        on === undefined ? one : { guest: on, vcpu, guestPoller, ...one };
      const clean = (one: Doc): Doc =>
        Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined));
      return {
        ...doc,
        switches: [
          {
            name: 's',
            pollers: loops.map((one, i) => ({ name: `p${i}`, cpus: first + i, ...one })),
            interfaces: ports.map(({ consumer: _, source: __, ...one }, i) =>
              clean({ name: `if${i}`, ...drop(one) }),
            ),
            packets: ports.map((one, i) => ({
              name: `src${i}`,
              interface: `if${i}`,
              ...(one.source as Doc),
            })),
            ...fields,
          },
        ],
        workloads: [
          ...(doc.workloads as Doc[]),
          ...ports.flatMap((one, i) =>
            one.consumer && one.guest
              ? [
                  {
                    id: `packets${i}`,
                    on: one.guest,
                    interface: `if${i}`,
                    ...(one.consumer as Doc),
                  },
                ]
              : [],
          ),
        ],
      };
    });
}

/** pCPU 0 for the host, then those of a guest, then those of the pollers. */
export function networkPlan(): fc.Arbitrary<SmallPlan> {
  return fc.tuple(hostOf(5), guest('g0', 1, 3)).chain(([host, one]) => {
    const count = (one.vcpus as unknown[]).length;
    const works = fc.array(workload('g0', count), { maxLength: 1 });
    return fc.tuple(works, costs).chain(([list, cost]) => {
      const doc = {
        host: onFirst(host),
        guests: [one],
        workloads: list.map((work, i) => ({ id: `w${i}`, ...work })),
      };
      return withSwitch(doc, 3, count)
        .filter(({ workloads }) => (workloads as Doc[]).length > 0)
        .map((whole) => ({ doc: whole, cost, untilNs: 6_000_000 }));
    });
  });
}

/** The host's threads and interrupts stay off the pCPUs of the guest and of the pollers, mostly. */
function onFirst(host: Doc): Doc {
  const near = (list: unknown): unknown =>
    (list as Doc[] | undefined)?.map((one, i) => (i === 2 ? one : { ...one, cpus: '0' }));
  const { threads, irqs, ...rest } = host;
  return {
    ...rest,
    ...(threads ? { threads: near(threads) } : {}),
    ...(irqs ? { irqs: near(irqs) } : {}),
  };
}
