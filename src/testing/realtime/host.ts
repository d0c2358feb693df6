/** What is the host's alone: parameters of KVM, noise, slow pCPUs, caches. */
import fc from 'fast-check';
import { NOISE_NAMES } from '../../plan/noiseSources.js';
import { documentOf, optional } from '../arbitrary/document.js';
import type { Doc } from '../smallPlan.js';
import { kernel } from './kernel.js';
import { law, pin, start } from './threads.js';

const STOPS = ['stopMachine', 'cpuHotplug'];
const noiseNames = NOISE_NAMES.filter((name) => !STOPS.includes(name));

const kvm = documentOf({
  halt_poll_ns: optional(fc.constantFrom(0, 10_000, 50_000)),
  lapic_timer_advance: optional(fc.constantFrom('Y', 'N'), 3),
  lapic_timer_advance_ns: optional(fc.constantFrom(-1, 0, 500, 5_000), 3),
  preemption_timer: optional(fc.constantFrom('Y', 'N')),
  ple_gap: fc.constantFrom(0, 0, 0, 128),
  enable_apicv: optional(fc.constantFrom('Y', 'N'), 3),
  pi_inject_timer: optional(fc.constantFrom(-1, 0, 1)),
  vmentry_l1d_flush: optional(fc.constantFrom('never', 'cond')),
});

/** The kernel's own interruptions, most often some milliseconds apart. */
function noise(count: number): fc.Arbitrary<Doc | undefined> {
  const one = documentOf({
    every: law(300_000, 1_000_000, 3_000_000),
    start,
    run: law(300, 2000),
    cpus: optional(pin(count)),
    burst: optional(fc.constantFrom(1, 3)),
  });
  const list = fc.array(fc.tuple(fc.constantFrom(...noiseNames), one), {
    minLength: 1,
    maxLength: 2,
  });
  return optional(
    list.map((entries) => Object.fromEntries(entries)),
    3,
  );
}

const slowdown = (count: number): fc.Arbitrary<Doc[] | undefined> =>
  optional(
    fc.tuple(pin(count), fc.constantFrom(1.3, 1.007)).map(([cpus, factor]) => [{ cpus, factor }]),
    8,
  );

const caches = optional(
  documentOf({
    fill: optional(fc.constantFrom('1GiB/s', '50GiB/s')),
    reserved: optional(fc.constant([{ cpus: '0', ways: 3 }]), 3),
  }),
  5,
);

/** The host of a plan of so many pCPUs. */
export function hostOf(pcpus: number): fc.Arbitrary<Doc> {
  return documentOf({
    topology: fc.constant({ sockets: 1, coresPerSocket: pcpus }),
    ...kernel(pcpus, ['poll', 'C1', 'C6', 'HLT']),
    kvm,
    noise: noise(pcpus),
    slowdown: slowdown(pcpus),
    caches,
    irqbalance: optional(fc.constant({ every: '400us' }), 8),
    smi: optional(documentOf({ every: law(1_000_000), run: law(1000, 20_000) }), 3),
  });
}
