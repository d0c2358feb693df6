/** Device interrupts: hard and threaded, with softirqs. */
import fc from 'fast-check';
import type { Doc } from '../smallPlan.js';
import { cpusOf, documentOf, law, optional, policyOf, startOf } from './document.js';

/** Up to two interrupts on `count` CPUs. */
export function irqs(count: number, scale: number): fc.Arbitrary<Doc[] | undefined> {
  const thread = fc.oneof(
    fc.constant('off'),
    documentOf({ policy: optional(policyOf(scale)), run: optional(law(1, [1, 10])) }),
  );
  const irq = documentOf({
    cpus: optional(cpusOf(count), 6),
    every: law(scale, [50, 100, 300]),
    start: startOf(scale),
    cost: law(1, [0.1, 1, 5]),
    thread: optional(thread),
    softirq: optional(law(1, [0.5, 5, 30])),
  });
  const list = fc.array(irq, { maxLength: 2 });
  return optional(list.map((docs) => docs.map((doc, i) => ({ name: `dev${i}`, ...doc }))));
}
