/** Guests: vCPUs, devices, QEMU's main loop, memory and clock. */
import fc from 'fast-check';
import type { Doc } from '../smallPlan.js';
import { cpusOf, documentOf, law, optional, policyOf, startOf, workingSet } from './document.js';
import { kernelOf } from './kernel.js';

/** Devices of a guest with `count` vCPUs: every kind and route, hard and threaded on both sides. */
function devices(count: number, pcpus: number, scale: number): fc.Arbitrary<Doc[] | undefined> {
  const thread = fc.oneof(fc.constant('off'), documentOf({ policy: optional(policyOf(scale)) }));
  const softirq = optional(law(1, [0.5, 5]));
  const common = {
    every: law(scale, [70, 160, 400]),
    start: startOf(scale),
    guest: documentOf({
      cpus: cpusOf(count),
      cost: law(1, [0.1, 2]),
      thread: optional(thread),
      softirq,
    }),
    host: optional(
      documentOf({
        cpus: cpusOf(pcpus),
        cost: law(1, [0.1, 2]),
        thread: optional(thread),
        softirq,
      }),
    ),
  };
  const route = optional(fc.constantFrom('msi', 'intx'));
  const device = fc.oneof(
    documentOf({
      ...common,
      kind: fc.constant('passthrough'),
      posted: optional(fc.boolean()),
      route,
    }),
    documentOf({
      ...common,
      kind: fc.constant('vhost-net'),
      route,
      worker: optional(documentOf({ cpus: cpusOf(pcpus), policy: optional(policyOf(scale)) })),
    }),
    documentOf({ ...common, kind: fc.constant('emulated'), run: law(scale, [1, 10, 60]) }),
  );
  return optional(
    fc
      .array(device, { minLength: 1, maxLength: 2 })
      .map((docs) => docs.map((doc, i) => ({ name: `eth${i}`, ...doc }))),
  );
}

/** QEMU's main loop with a load of its own, under the big lock or beside it. */
function emulator(pcpus: number, scale: number): fc.Arbitrary<Doc | undefined> {
  const run = law(scale, [2, 20, 80]);
  return optional(
    documentOf({
      cpus: cpusOf(pcpus),
      policy: optional(policyOf(scale)),
      every: law(scale, [150, 500]),
      run,
      sections: optional(fc.tuple(run).map(([one]) => [{ kind: 'mutex', lock: 'bql', run: one }])),
    }),
  );
}

/** A guest of one or two vCPUs. */
export function guestOf(name: string, pcpus: number, scale: number): fc.Arbitrary<Doc> {
  return fc.integer({ min: 1, max: 2 }).chain((count) => {
    const vcpu = documentOf({ cpus: cpusOf(pcpus), policy: policyOf(scale), workingSet });
    return documentOf({
      name: fc.constant(name),
      vcpus: fc
        .array(vcpu, { minLength: count, maxLength: count })
        .map((docs) => docs.map((doc, id) => ({ id, ...doc }))),
      cpu: optional(
        documentOf({
          passthrough: optional(fc.subarray(['hlt', 'mwait', 'pause', 'cstate'])),
          pollControl: optional(fc.boolean()),
          hintDedicated: optional(fc.boolean()),
          features: optional(
            documentOf({
              'kvm-pv-eoi': optional(fc.boolean()),
              'kvm-pv-tlb-flush': optional(fc.boolean()),
            }),
          ),
        }),
      ),
      devices: devices(count, pcpus, scale),
      emulator: emulator(pcpus, scale),
      memory: optional(documentOf({ faults: documentOf({ every: law(scale, [60, 200]) }) })),
      clock: optional(
        documentOf({
          sync: optional(documentOf({ every: law(scale, [90, 400]) })),
          masterclock: optional(documentOf({ every: law(scale, [150, 700]) })),
        }),
      ),
      ...kernelOf(count, scale, ['poll', 'HLT']),
    });
  });
}
