/** The host: its kernel, module parameters of KVM, caches, noise and SMIs. */
import fc from 'fast-check';
import { NOISE_NAMES } from '../../plan/noiseSources.js';
import type { Doc } from '../smallPlan.js';
import { cpusOf, documentOf, law, optional, startOf } from './document.js';
import { kernelOf } from './kernel.js';

const kvm = optional(
  documentOf({
    halt_poll_ns: optional(fc.constantFrom(0, 10_000, 50_000)),
    lapic_timer_advance: optional(fc.constantFrom('Y', 'N')),
    lapic_timer_advance_ns: optional(fc.constantFrom(-1, 0, 500, 5_000)),
    preemption_timer: optional(fc.constantFrom('Y', 'N')),
    enable_apicv: optional(fc.constantFrom('Y', 'N')),
    enable_ipiv: optional(fc.constantFrom('Y', 'N'), 4),
    ple_gap: optional(fc.constantFrom(0, 128)),
    pi_inject_timer: optional(fc.constantFrom(-1, 0, 1)),
    vmentry_l1d_flush: optional(fc.constantFrom('never', 'cond')),
  }),
  4,
);

/** Neighbours in the last-level cache, and ways that are kept from them. */
function cachesOf(pcpus: number): fc.Arbitrary<Doc> {
  const some = fc.array(
    documentOf({ cpus: fc.integer({ min: 0, max: pcpus - 1 }).map(String), ways: fc.constant(3) }),
    { maxLength: 1 },
  );
  return documentOf({
    fill: optional(fc.constantFrom('1GiB/s', '50GiB/s')),
    reserved: optional(some),
  });
}

/** Sources of noise, dense enough to meet everything else. */
function noiseOf(pcpus: number, scale: number): fc.Arbitrary<Doc | undefined> {
  const one = documentOf({
    every: law(scale, [40, 130, 700]),
    start: startOf(scale),
    run: law(1, [0.1, 2, 20]),
    cpus: optional(cpusOf(pcpus)),
    burst: optional(fc.constantFrom(1, 3)),
  });
  const entry = fc.tuple(fc.constantFrom(...NOISE_NAMES), one);
  return optional(
    fc.array(entry, { minLength: 1, maxLength: 3 }).map((list) => Object.fromEntries(list)),
    3,
  );
}

/** Cores, or the two threads of one core. */
function topologyOf(pcpus: number): fc.Arbitrary<Doc> {
  const cores = { sockets: 1, coresPerSocket: pcpus };
  const threads = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2 };
  return pcpus === 2 ? fc.constantFrom<Doc>(cores, threads) : fc.constant<Doc>(cores);
}

/** The host of a plan. */
export function hostOf(pcpus: number, scale: number): fc.Arbitrary<Doc> {
  return documentOf({
    topology: topologyOf(pcpus),
    ...kernelOf(pcpus, scale, ['poll', 'C1', 'C6', 'HLT']),
    kvm,
    clocksource: optional(fc.constantFrom('tsc', 'hpet'), 8),
    noise: noiseOf(pcpus, scale),
    irqbalance: optional(fc.constant({ every: `${90 * scale}us` }), 4),
    slowdown: optional(
      fc
        .tuple(cpusOf(pcpus), fc.constantFrom(1, 1.3, 2.007))
        .map(([cpus, factor]) => [{ cpus, factor }]),
      4,
    ),
    smt: optional(fc.constant({ busySibling: 1.307 }), 4),
    frequency: optional(fc.constant([{ cores: 2, factor: 1.109 }]), 4),
    caches: optional(cachesOf(pcpus), 3),
    smi: optional(documentOf({ every: law(scale, [200, 600]), run: law(1, [1, 20, 100]) })),
  });
}
