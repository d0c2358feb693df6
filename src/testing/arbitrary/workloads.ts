/** Workloads: every kind, on the host and in guests. */
import fc from 'fast-check';
import type { Doc } from '../smallPlan.js';
import { cpusOf, documentOf, law, optional, policyOf, startOf, workingSet } from './document.js';
import { sections } from './sections.js';

function workloadOn(on: string, count: number, scale: number): fc.Arbitrary<Doc> {
  const base = { on: fc.constant(on), cpus: cpusOf(count), workingSet };
  const policy = policyOf(scale);
  const interval = fc.constantFrom(50, 130, 500).map((us) => `${us * scale}us`);
  const timed = { ...base, interval, start: startOf(scale), policy: optional(policy) };
  return fc.oneof(
    documentOf({
      ...base,
      kind: fc.constant('periodic'),
      policy,
      period: interval,
      run: law(scale, [1, 10, 60, 300]),
      start: startOf(scale),
      sections: sections(scale, on !== 'host'),
    }),
    documentOf({ ...base, kind: fc.constant('busy'), policy }),
    documentOf({
      ...timed,
      kind: fc.constant('cyclictest'),
      dmaLatencyZero: optional(fc.boolean()),
    }),
    documentOf({ ...timed, kind: fc.constant('timerlat') }),
    documentOf({ ...base, kind: fc.constant('oslat'), policy: optional(policy) }),
    documentOf({
      ...base,
      kind: fc.constant('hwlatdetect'),
      policy: optional(policy),
      window: fc.constant(`${500 * scale}us`),
      width: fc.constant(`${100 * scale}us`),
      threshold: fc.constantFrom('0ns', '1us'),
    }),
  );
}

/** Guests of a document, with their number of vCPUs. */
export function placesOf(doc: Doc, pcpus: number): Array<{ on: string; count: number }> {
  const guests = (doc.guests ?? []) as Array<{ name: string; vcpus: unknown[] }>;
  return [
    { on: 'host', count: pcpus },
    ...guests.map(({ name, vcpus }) => ({ on: name, count: vcpus.length })),
  ];
}

/** Devices and interrupts that a workload can wait for. */
function devicesOf(doc: Doc, on: string): string[] {
  const guests = (doc.guests ?? []) as Array<Doc & { name: string }>;
  const owner = on === 'host' ? (doc.host as Doc) : guests.find(({ name }) => name === on);
  const named = [...((owner?.devices ?? []) as Doc[]), ...((owner?.irqs ?? []) as Doc[])];
  return named.map(({ name }) => String(name));
}

function waiting(doc: Doc, on: string, count: number, scale: number): fc.Arbitrary<Doc> {
  const names = devicesOf(doc, on);
  if (names.length === 0) return workloadOn(on, count, scale);
  return documentOf({
    on: fc.constant(on),
    kind: fc.constant('interrupt'),
    cpus: fc.integer({ min: 0, max: count - 1 }).map(String),
    policy: optional(policyOf(scale)),
    device: fc.constantFrom(...names),
    run: optional(law(scale, [1, 20])),
  });
}

/** The document with one to three workloads on its host and guests. */
export function workloads(doc: Doc, pcpus: number, scale: number): fc.Arbitrary<Doc> {
  const one = fc
    .constantFrom(...placesOf(doc, pcpus))
    .chain(({ on, count }) =>
      fc.oneof(
        { weight: 3, arbitrary: workloadOn(on, count, scale) },
        { weight: 1, arbitrary: waiting(doc, on, count, scale) },
      ),
    );
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((list) => ({
    ...doc,
    workloads: list.map((workload, i) => ({ id: `w${i}`, ...workload })),
  }));
}
