/** Threads and interrupts of a realtime plan: pinned, with loads below one. */
import fc from 'fast-check';
import { documentOf, optional } from '../arbitrary/document.js';
import type { Doc } from '../smallPlan.js';

/** What a thread touches each time it runs. */
export const workingSet = optional(fc.constantFrom('1KiB', '16KiB'), 2);

/** Constant, or from a half to three times the typical value. */
export function law(...choicesNs: readonly number[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...choicesNs), fc.integer({ min: 0, max: 2 }))
    .map(([ns, wide]) =>
      wide === 0 ? `${ns}ns` : `${Math.ceil(ns / 2)}ns..${ns}ns..${ns * (wide + 1)}ns`,
    );
}

export const pin = (count: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: count - 1 }).map(String);
export const us = (...choices: readonly number[]): fc.Arbitrary<string> =>
  fc.constantFrom(...choices).map((n) => `${n}us`);
export const realtime = fc
  .tuple(fc.constantFrom('fifo', 'fifo', 'fifo', 'rr'), fc.integer({ min: 1, max: 12 }))
  .map(([policy, priority]) => `${policy}:${priority * 5}`);
const policy = fc.oneof(
  { weight: 3, arbitrary: realtime },
  { weight: 1, arbitrary: fc.constant('other') },
);
export const start = optional(us(0, 10, 100));

export function sections(most: number): fc.Arbitrary<Doc[] | undefined> {
  const plain = documentOf({
    kind: fc.constantFrom('irqOff', 'preemptOff', 'bh', 'kernel'),
    run: law(500, 2000, 8000),
  });
  const locked = documentOf({
    kind: fc.constantFrom('raw', 'spin'),
    lock: fc.constantFrom('a', 'b'),
    run: law(500, 2000, 8000),
  }).map((doc) => ({ ...doc, lock: `${doc.kind}-${doc.lock}` }));
  return optional(fc.array(fc.oneof(plain, locked), { minLength: 1, maxLength: most }));
}

function named(list: readonly Doc[], prefix: string): Doc[] {
  return list.map((doc, i) => ({ name: `${prefix}${i}`, ...doc }));
}

export function threads(count: number): fc.Arbitrary<Doc[] | undefined> {
  const load = documentOf({
    policy,
    cpus: pin(count),
    every: law(200_000, 400_000, 1_000_000),
    start,
    run: law(1000, 5000, 20_000),
    sections: sections(3),
    workingSet,
  });
  const busy = documentOf({ policy: fc.constant('other'), cpus: pin(count) });
  const any = fc.oneof({ weight: 6, arbitrary: load }, { weight: 1, arbitrary: busy });
  return optional(
    fc.array(any, { maxLength: 3 }).map((list) => named(list, 't')),
    4,
  );
}

export function irqs(count: number): fc.Arbitrary<Doc[] | undefined> {
  const irq = documentOf({
    cpus: optional(pin(count), 12),
    every: law(150_000, 400_000),
    start,
    cost: law(200, 1000, 4000),
    thread: optional(
      fc.oneof(
        fc.constant('off'),
        documentOf({ policy: optional(realtime), run: optional(law(1000, 5000)) }),
      ),
    ),
    softirq: optional(law(500, 4000), 3),
  });
  return optional(fc.array(irq, { maxLength: 2 }).map((list) => named(list, 'dev')));
}
