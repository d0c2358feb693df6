/** Parsed plan + platform -> normalized plan: every default filled in, every reference checked. */

import type { Platform } from '../platform/platform.js';
import type { Problems } from '../platform/problems.js';
import type { Topology } from '../platform/topology.js';
import { buildTopology } from '../platform/topologySpec.js';
import { assumedLawsText } from './assumedLaws.js';
import { readClock, withClock } from './clocksource.js';
import { hashOf } from './hash.js';
import { readCaches } from './normalizeCaches.js';
import type {
  Assumption,
  GuestPlan,
  KernelPlan,
  NormalizedPlan,
  WorkloadPlan,
} from './normalized.js';
import type { SwitchPlan } from './normalizedSwitch.js';
import { readGuests } from './normalizeGuests.js';
import { readKernel } from './normalizeKernel.js';
import { readKvm } from './normalizeKvm.js';
import { readIrqbalance, readSlowdown, readSpeed } from './normalizeMachine.js';
import { readNoise } from './normalizeNoise.js';
import type { TextOf } from './normalizePackets.js';
import { readSwitches } from './normalizeSwitches.js';
import { readRequirements, readWorkloads } from './normalizeWorkloads.js';
import type { ParsedPlan } from './schema.js';
import { Scope } from './scope.js';

/**
 * Fills in what the plan leaves open and checks what the schema cannot. Faults go to `problems`;
 * the plan is meaningful only if there are no errors among them.
 */
export function normalizePlan(
  parsed: ParsedPlan,
  platform: Platform,
  problems: Problems,
  textOf: TextOf = () => ({ refusal: 'no file can be read here', fix: 'write `every:`' }),
): NormalizedPlan {
  const assumptions: Assumption[] = [...(parsed.assumed ?? [])];
  const topology = readTopology(parsed, platform, problems);
  const cpus = topology.pcpus.map((cpu) => cpu.pcpu);
  const hostDoc = parsed.host ?? {};
  const hostScope = new Scope(problems, assumptions, ['host'], cpus, 'the host');
  const idleFacts = { vendor: platform.vendor, cstates: platform.cstates };
  const host = readKernel(hostDoc, platform.defaultKernel, idleFacts, hostScope);
  const guestDocs = parsed.guests ?? [];
  const kvm = readKvm(hostDoc.kvm, host, platform, hostScope);
  const { guests, hostThreads, hostIrqs, workers } = readGuests(guestDocs, {
    platform,
    problems,
    assumptions,
    hostScope,
    host: host.plan,
    hostIrqs: host.irqDefaults,
    kvm,
    periodicSync: hostDoc.kvm?.kvmclock_periodic_sync ?? false,
  });
  const scopes = new Map<string, Scope>([['host', hostScope]]);
  guests.forEach((guest, i) => {
    const owner = `guest ${guest.name}`;
    const ids = guest.kernel.cpus;
    if (guest.name === 'host') return;
    scopes.set(guest.name, new Scope(problems, assumptions, ['guests', i], ids, owner));
  });
  const workloadDocs = parsed.workloads ?? [];
  const workloads = readWorkloads(workloadDocs, scopes, interruptsOf(guests, host.plan), problems);
  const network = { hostScope, guests, workloads, problems, textOf };
  const switches = readSwitches(parsed.switches ?? [], network);
  const smi = hostDoc.smi === undefined ? platform.smi : readSmi(hostDoc.smi, problems);
  const { noise, threads: kworkers } = readNoise(hostDoc.noise, host, platform, hostScope);
  const caches = readCaches(hostDoc.caches, platform, hostScope);
  const speed = readSpeed(hostDoc, hostScope);
  const irqbalance = readIrqbalance(hostDoc.irqbalance, hostScope);
  const content = {
    name: parsed.name,
    platform: withClock(platform, readClock(hostDoc.clocksource, host.cmdline), hostScope),
    topology,
    host: {
      ...host.plan,
      threads: [...host.plan.threads, ...hostThreads, ...kworkers],
      irqs: [...host.plan.irqs, ...hostIrqs],
    },
    noise,
    slowdown: readSlowdown(hostDoc.slowdown, hostScope),
    ...(speed ? { speed } : {}),
    ...(irqbalance ? { irqbalance } : {}),
    ...(caches ? { caches } : {}),
    kvm,
    ...(smi ? { smi } : {}),
    guests,
    workers,
    switches,
    workloads: withPacketDistances(workloads, switches),
    requirements: readRequirements(parsed.requirements ?? [], workloadDocs, problems),
  };
  // First of all: how far every other figure can be trusted.
  assumptions.unshift(...platformAssumptions(platform));
  return { ...content, hash: hashOf(content), assumptions };
}

/** What a workload of kind interrupt can wait for, by where it runs. */
function interruptsOf(
  guests: readonly GuestPlan[],
  host: KernelPlan,
): ReadonlyMap<string, readonly string[]> {
  const names = (kernel: KernelPlan) => kernel.irqs.map(({ name }) => name);
  return new Map([
    ['host', names(host)],
    ...guests.map(
      ({ name, kernel, devices }) =>
        [name, [...devices.map((device) => device.name), ...names(kernel)]] as const,
    ),
  ]);
}

/** The distance between a packet workload's packets is what its sources make it. */
function withPacketDistances(
  workloads: readonly WorkloadPlan[],
  switches: readonly SwitchPlan[],
): WorkloadPlan[] {
  const sources = switches.flatMap((one) => one.sources);
  return workloads.map((workload) => {
    if (workload.interface === undefined) return workload;
    const perNs = sources
      .filter((source) => source.interface === workload.interface)
      .map(({ every, burst }) => burst / Math.max(1, (every.minNs + every.maxNs) / 2));
    const sum = perNs.reduce((total, one) => total + one, 0);
    return { ...workload, intervalNs: sum > 0 ? Math.ceil(1 / sum) : 0 };
  });
}

function readTopology(parsed: ParsedPlan, platform: Platform, problems: Problems): Topology {
  const spec = parsed.host?.topology;
  return spec ? buildTopology(spec, ['host', 'topology'], problems) : platform.topology;
}

function readSmi(
  smi: NonNullable<NonNullable<ParsedPlan['host']>['smi']>,
  problems: Problems,
): NormalizedPlan['smi'] {
  if (smi === 'off') return undefined;
  if (smi.every.minNs < 1) {
    const message = 'SMIs may follow each other without a distance';
    problems.error('plan/arrival', ['host', 'smi', 'every'], message, 'give a minimum above 0');
  }
  return { every: smi.every, duration: smi.run };
}

/** One line for all figures of the platform that nobody measured or published. */
function platformAssumptions(platform: Platform): Assumption[] {
  const reason = assumedLawsText(platform);
  return reason === '' ? [] : [{ path: 'platform', reason }];
}
