/** A small plan and a result that fits it, typed by the interfaces: no simulator involved. */
import { ZERO_LAW } from '../../src/base/law.js';
import { LatencyRecorder } from '../../src/latency/recorder.js';
import type { RunResult, WorkloadResult } from '../../src/latency/result.js';
import type { KernelFlags } from '../../src/plan/kernelFlags.js';
import { KERNEL_FLAG_NAMES } from '../../src/plan/kernelFlags.js';
import type {
  GuestPlan,
  KernelPlan,
  NormalizedPlan,
  Scheduling,
  WorkloadPlan,
} from '../../src/plan/normalized.js';
import { KVM_COSTS, LINUX_COSTS, NETWORK_COSTS } from '../../src/platform/costs.js';
import type { Platform } from '../../src/platform/platform.js';
import type { Topology } from '../../src/platform/topology.js';

const OTHER: Scheduling = {
  policy: 'other',
  priority: 0,
  runtimeNs: 0,
  deadlineNs: 0,
  periodNs: 0,
};
const fifo = (priority: number): Scheduling => ({ ...OTHER, policy: 'fifo', priority });

function zeroCosts<K extends string>(names: Readonly<Record<K, string>>) {
  const entries = Object.keys(names).map((name) => [name, ZERO_LAW]);
  return Object.fromEntries(entries) as Record<K, typeof ZERO_LAW>;
}

/** Two sockets of two cores with two threads each. */
const topology: Topology = {
  pcpus: Array.from({ length: 8 }, (_, pcpu) => {
    const core = pcpu % 4;
    const socket = core < 2 ? 0 : 1;
    return { pcpu, core, llc: socket, node: socket, socket };
  }),
};

const platform: Platform = {
  name: 'ideal',
  description: 'everything is free',
  cpuModel: 'Example CPU',
  vendor: 'intel',
  tscMHz: 2_000,
  topology,
  host: zeroCosts(LINUX_COSTS),
  guest: zeroCosts(LINUX_COSTS),
  kvm: zeroCosts(KVM_COSTS),
  network: zeroCosts(NETWORK_COSTS),
  cstates: [],
  cpu: { apicv: true, preemptionTimer: true, l1tfVulnerable: false, invariantTsc: true },
  defaultKernel: '6.12',
};

const flags = Object.fromEntries(
  KERNEL_FLAG_NAMES.map((name) => [name, name === 'preemptionTimer']),
) as unknown as KernelFlags;

function kernel(cpus: readonly number[], isolated: readonly number[]): KernelPlan {
  return {
    flags,
    preemption: 'rt',
    forcedThreads: true,
    hz: 1_000,
    cpus,
    nohz: true,
    clockUnstable: false,
    machineCheckPoll: true,
    isolatedDomain: isolated,
    nohzFull: isolated,
    rcuNocbs: isolated,
    rtRuntimeNs: 950_000_000,
    rtPeriodNs: 1_000_000_000,
    timerMigration: true,
    fairServerOff: [],
    idle: { kind: 'cstate', deepest: 'C1' },
    idleGovernor: 'menu',
    ksoftirqd: [],
    ktimers: [],
    rcuc: [],
    threads: [],
    rcu: { gracePeriod: ZERO_LAW, callback: ZERO_LAW },
    irqs: [],
  };
}

const plc: GuestPlan = {
  name: 'plc',
  vcpus: [
    { id: 0, scheduling: OTHER, pcpus: [1] },
    { id: 1, scheduling: OTHER, pcpus: [0, 1, 4, 5] },
    { id: 2, scheduling: fifo(90), pcpus: [2] },
    { id: 3, scheduling: fifo(90), pcpus: [3] },
  ],
  haltInGuest: false,
  mwaitInGuest: false,
  pauseInGuest: false,
  pollControl: true,
  pvEoi: true,
  pvTlbFlush: false,
  seesPreemption: false,
  pauseExits: false,
  devices: [],
  kernel: kernel([0, 1, 2, 3], [2, 3]),
};

const workload: WorkloadPlan = {
  id: 'control',
  kind: 'cyclictest',
  guest: 'plc',
  cpus: [2],
  scheduling: fifo(95),
  intervalNs: 1_000_000,
  run: ZERO_LAW,
  sections: [],
  thresholdNs: 0,
  dmaLatencyZero: true,
};

export function planFixture(): NormalizedPlan {
  return {
    name: 'press line',
    noise: [],
    slowdown: [],
    hash: '0123456789abcdef0123456789abcdef',
    platform,
    topology,
    host: {
      ...kernel([0, 1, 2, 3, 4, 5, 6, 7], [2, 3, 6, 7]),
      threads: [{ name: 'backup', scheduling: OTHER, cpus: [0, 1], run: ZERO_LAW, sections: [] }],
      irqs: [
        { name: 'nvme0q1', vector: 33, cpus: [4], arrival: { every: ZERO_LAW }, hard: ZERO_LAW },
      ],
    },
    kvm: {
      apicv: true,
      preemptionTimer: true,
      piInjectTimer: -1,
      timerAdvance: 'adaptive',
      haltPollNs: 200_000,
      haltPollGrow: 2,
      haltPollGrowStartNs: 10_000,
      haltPollShrink: 0,
      pleGap: 128,
      ipiVirtualization: false,
      l1dFlush: false,
      exitMitigations: true,
    },
    workers: [],
    switches: [],
    guests: [plc],
    workloads: [workload, { ...workload, id: 'bare', guest: undefined, cpus: [6] }],
    requirements: [
      { workload: 'control', statistic: 'max', limitNs: 50_000, text: 'control max <= 50us' },
      { workload: 'control', statistic: '99.9', limitNs: 9_000, text: 'control p99.9 <= 9us' },
      { workload: 'bare', statistic: '99.999', limitNs: 20_000, text: 'bare p99.999 <= 20us' },
    ],
    assumptions: [
      { path: 'platform.smi', reason: 'no SMI source named' },
      { path: 'guests[0].kernel.hz', reason: 'HZ of the guest is not in its files' },
    ],
  };
}

const CAUSES = ['clock event', 'SMI', 'interference of irq/33-nvme', 'VM entry', 'wake-up'];

/** Samples of `parts`, each a number of times, spread over a millisecond grid. */
function record(samples: ReadonlyArray<{ readonly parts: number[]; readonly n: number }>) {
  const recorder = new LatencyRecorder({ causeNames: CAUSES, seed: '7', worstKept: 5 });
  let atNs = 0;
  for (const { parts, n } of samples) {
    atNs += 1_000_000;
    const latencyNs = parts.reduce((sum, part) => sum + part, 0);
    recorder.record(latencyNs, atNs, Float64Array.from(parts));
    recorder.histogram.recordMany(latencyNs, n - 1);
    parts.forEach((ns, cause) => {
      recorder.causeTotalsNs[cause] += ns * (n - 1);
    });
  }
  return recorder;
}

export function workloadFixture(): WorkloadResult {
  const bulk = Array.from({ length: 40 }, (_, i) => ({
    parts: [700 + 10 * i, 0, 0, 1_500 + 13 * i, 2_000],
    n: 100 * (40 - i) * (i + 1),
  }));
  const tail = Array.from({ length: 12 }, (_, i) => ({
    parts: [800, 0, 1_500 * (i + 1), 1_600, 2_000],
    n: 12 - i,
  }));
  const worst = [{ parts: [812, 87_000, 3_000, 1_611, 2_002], n: 1 }];
  return record([...bulk, ...tail, ...worst]).toWorkloadResult(
    'control',
    'cyclictest in guest plc, vCPU 2',
    planFixture().requirements.filter((r) => r.workload === 'control'),
  );
}

export function resultFixture(): RunResult {
  const bare = record([
    { parts: [500, 0, 0, 0, 1_000], n: 4_000 },
    { parts: [900, 0, 0, 0, 1_100], n: 40 },
  ]).toWorkloadResult(
    'bare',
    'cyclictest on the host, pCPU 6',
    planFixture().requirements.filter((r) => r.workload === 'bare'),
  );
  return {
    version: '0.1.0',
    planName: 'press line',
    planHash: '0123456789abcdef0123456789abcdef',
    seed: '7',
    fingerprint: 'cafe0000beef1111',
    simulatedNs: 10_000_000_000,
    complete: true,
    workloads: [workloadFixture(), bare],
    partition: {
      pcpus: 8,
      isolated: 4,
      nohzFull: 4,
      idle: 0.5,
      polling: 0.125,
      realtime: 0.1,
      bestEffortCapacity: 2.75,
      perPcpu: topology.pcpus.map(({ pcpu }) => ({
        pcpu,
        isolated: [2, 3, 6, 7].includes(pcpu),
        nohzFull: [2, 3, 6, 7].includes(pcpu),
        busy: [0.4, 0.35, 0.1, 0.08, 0.3, 0.2, 0.05, 0][pcpu],
        polling: pcpu === 2 || pcpu === 3 ? 0.5 : 0,
        idle: [0.6, 0.65, 0.4, 0.42, 0.7, 0.8, 0.95, 1][pcpu],
      })),
    },
    assumptions: planFixture().assumptions.map(({ path, reason }) => `${path}: ${reason}`),
  };
}
