/** Threads: busy loops, periodic load and programs that lock, sleep and change policies. */
import fc from 'fast-check';
import type { Doc } from '../smallPlan.js';
import { cpusOf, documentOf, law, optional, policyOf, startOf, workingSet } from './document.js';
import { sections } from './sections.js';

/** A program whose locks are taken and given up in pairs, `a` before `b`. */
function program(count: number, scale: number, inGuest: boolean): fc.Arbitrary<string[]> {
  const us = fc.constantFrom(1, 5, 30, 200).map((n) => `${n * scale}us`);
  const realtimeOrFair = policyOf(scale).filter((policy) => !policy.startsWith('deadline'));
  const plain = fc.oneof(
    us.map((time) => `run ${time}`),
    us.map((time) => `sleep ${time}`),
    us.map((time) => `sleep until ${time}`),
    realtimeOrFair.map((policy) => `policy ${policy}`),
    realtimeOrFair.map((policy) => `policy ${policy} of t0`),
    fc.constantFrom('yield', 'wait', 'wake t0'),
    us.map((time) => `bottom halves off ${time}`),
    us.map((time) => (inGuest ? `exit ${time}` : `preemption off ${time}`)),
    cpusOf(count).map((cpus) => `cpus ${cpus}`),
    cpusOf(count).map((cpus) => `cpus ${cpus} of t0`),
  );
  const steps = fc.array(plain, { minLength: 1, maxLength: 3 });
  const locked = fc
    .tuple(steps, steps, fc.boolean())
    .map(([outer, inner, both]) => [
      'lock a',
      ...outer,
      ...(both ? ['lock b', ...inner, 'unlock b'] : []),
      'unlock a',
    ]);
  return fc.array(fc.oneof(steps, locked), { minLength: 1, maxLength: 3 }).map((all) => all.flat());
}

/** Up to four threads on `count` CPUs. */
export function threads(
  count: number,
  scale: number,
  inGuest: boolean,
): fc.Arbitrary<Doc[] | undefined> {
  const common = { policy: policyOf(scale), cpus: cpusOf(count) };
  const busy = documentOf(common);
  const load = documentOf({
    ...common,
    every: law(scale, [60, 150, 400]),
    start: startOf(scale),
    run: law(scale, [0.2, 5, 30, 200]),
    sections: sections(scale, inGuest),
    workingSet,
  });
  const scripted = documentOf({
    ...common,
    every: optional(law(scale, [150, 400])),
    start: startOf(scale),
    program: program(count, scale, inGuest),
  });
  const list = fc.array(
    fc.oneof(
      { weight: 1, arbitrary: busy },
      { weight: 5, arbitrary: load },
      { weight: 2, arbitrary: scripted },
    ),
    { maxLength: 4 },
  );
  // A running deadline thread that becomes realtime is not rescheduled: no law holds then.
  const tame = (doc: Doc, i: number, docs: readonly Doc[]): Doc => {
    const changed = doc.program !== undefined || (i === 0 && docs.some((one) => one.program));
    return changed && String(doc.policy).startsWith('deadline') ? { ...doc, policy: 'rr:3' } : doc;
  };
  return optional(
    list.map((docs) => docs.map(tame).map((doc, i) => ({ name: `t${i}`, ...doc }))),
    4,
  );
}
