/**
 * The emulated machine as a platform, calibrated from recordings of the base plan and nothing else.
 *
 * cyclictest's latency is one figure, its path has many steps. All steps get the medians of a
 * published machine times one factor, so that they add up to the smallest latency recorded; what
 * latencies have above it, the unevenness of emulation, is put on one step that every wake-up of a
 * halted vCPU passes. The sum is measured, its split is assumed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Law } from '../../../src/base/law.js';
import { NETWORK_COSTS } from '../../../src/platform/costs.js';
import { parsePlatform } from '../../../src/platform/load.js';
import type { Platform } from '../../../src/platform/platform.js';
import { mergedLatencies, percentile } from './figures.js';
import { type MeasuredPlan, PLANS } from './plans.js';
import { readMeasured } from './recordings.js';
import { simulatedLatencies } from './simulated.js';

/** Its medians say how the steps of the path relate to each other. */
const REFERENCE = 'skylake-sp-6.12-rt';
/** vCPU threads are switched in once a wake-up: here the unevenness goes. */
const UNEVEN = 'vcpuLoad';
/** Of the search for the factor. */
const STEPS = 6;
const TAIL = ['50', '90', '99'] as const;

/** The text of emulated.yaml. */
export function calibratedPlatform(): string {
  const [base] = PLANS;
  const recorded = mergedLatencies(readMeasured(base.name));
  const reference = readReference();
  const factor = factorOf(base, reference, recorded[0]);
  const above = (ns: number): string => `${Math.round((ns - recorded[0]) / 1000)}us`;
  const quantiles = TAIL.map((p) => `p${p}: ${above(percentile(recorded, Number(p)))}`).join(', ');
  const max = above(recorded[recorded.length - 1]);
  const source = `cyclictest of the base plan, ${recorded.length} activations: what lies above the smallest latency`;
  const uneven = `{ min: 0ns, ${quantiles}, max: ${max}, status: measured, source: "${source}" }`;
  return platformText(reference, factor, uneven);
}

/**
 * Costs are constant here, so one run gives the sum of the path. It does not quite grow with the
 * factor, since KVM fires timers a little early: a few steps find it.
 */
function factorOf(base: MeasuredPlan, reference: Platform, wantedNs: number): number {
  let factor = 100;
  for (let i = 0; i < STEPS; i++) {
    const [pathNs] = simulatedLatencies(base, platformText(reference, factor, '0ns'), 1);
    factor = Math.round((factor * wantedNs * 10) / pathNs) / 10;
  }
  return factor;
}

function platformText({ host, guest, kvm }: Platform, factor: number, uneven: string): string {
  const source = `the medians of ${REFERENCE} times ${factor}, so that the path adds up to the smallest latency of the base plan; the split is assumed`;
  let anchor = `&split "${source}"`;
  const cost = (name: string, law: Law): string => {
    const median = law.quantiles.find(({ p }) => p === 0.5)?.ns ?? law.minNs;
    const text = `  ${name}: { value: ${Math.round(median * factor)}ns, status: assumed, source: ${anchor} }`;
    anchor = '*split';
    return text;
  };
  const names = (costs: object): string[] => Object.keys(costs);
  return [
    '# The emulated machine of the measured system. Generated from recordings of the base plan: do not edit.',
    'isochron-platform: 1',
    'name: emulated',
    'description: Debian 6.1-rt in QEMU (TCG), with a guest of the same kernel under KVM in it',
    'cpu: { model: qemu64, vendor: amd, tscMHz: 1000, apicv: false, preemptionTimer: false, l1tfVulnerable: false, invariantTsc: true }',
    'topology: { sockets: 1, coresPerSocket: 4 }',
    "defaultKernel: '6.1-rt'",
    'host:',
    ...Object.entries(host).map(([name, law]) => cost(name, law)),
    'guest:',
    '  default: host',
    ...Object.entries(guest).map(([name, law]) => cost(name, law)),
    'kvm:',
    ...Object.entries(kvm).map(([name, law]) =>
      name === UNEVEN ? `  ${name}: ${uneven}` : cost(name, law),
    ),
    '# No packets here.',
    'network:',
    ...names(NETWORK_COSTS).map((name) => `  ${name}: 0ns`),
    'cstates: []',
    'smi: off',
    '',
  ].join('\n');
}

function readReference(): Platform {
  const path = join(import.meta.dirname, '../../../models/platforms', `${REFERENCE}.yaml`);
  const { platform } = parsePlatform(readFileSync(path, 'utf8'), path);
  if (!platform) throw new Error(`${path} has faults`);
  return platform;
}
