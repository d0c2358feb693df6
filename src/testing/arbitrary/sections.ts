/** Sections of threads and workloads: what they switch off, lock, call or leave the guest for. */
import fc from 'fast-check';
import type { Doc } from '../smallPlan.js';
import { documentOf, law, optional } from './document.js';

/** Up to three sections; guests also leave the CPU for the host. */
export function sections(scale: number, inGuest = false): fc.Arbitrary<Doc[] | undefined> {
  const run = law(Math.min(scale, 20), [0.5, 2, 10, 40]);
  const call = documentOf({ kind: fc.constantFrom('call', 'tlbFlush'), run: law(1, [0.2, 2]) });
  const leave = documentOf({
    kind: fc.constantFrom('exit', 'ioeventfd', 'userExit'),
    run: law(1, [0.2, 5]),
  });
  const print = documentOf({
    kind: fc.constant('print'),
    run: law(1, [0.2, 2]),
    count: fc.integer({ min: 1, max: 4 }),
  });
  const plain = documentOf({
    kind: fc.constantFrom('irqOff', 'preemptOff', 'bh', 'kernel'),
    run,
  });
  const locked = documentOf({
    kind: fc.constantFrom('raw', 'spin', 'mutex', 'read', 'write'),
    lock: fc.constantFrom('a', 'b'),
    run,
  });
  const rcu = documentOf({
    kind: fc.constant('rcu'),
    run: law(1, [0.2, 2]),
    count: fc.constantFrom(1, 5, 25),
  });
  // A lock is of one kind: the name carries it.
  const named = locked.map((doc) => ({
    ...doc,
    lock: `${doc.kind === 'write' ? 'read' : doc.kind}-${doc.lock}`,
  }));
  const kinds = inGuest ? [plain, named, call, rcu, leave, print] : [plain, named, call, rcu];
  // What no bound covers is rarer, so that most plans have one.
  const weighted = kinds.map((arbitrary, i) => ({ weight: i < 2 ? 3 : 1, arbitrary }));
  return optional(fc.array(fc.oneof(...weighted), { minLength: 1, maxLength: 3 }));
}
