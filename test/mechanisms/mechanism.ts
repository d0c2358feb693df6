/**
 * The conformance kit: what every mechanism (one latency source) must keep, whoever wrote it.
 * A mechanism is a row here, a row in src/README.md and its data; see `kit.test.ts` for the laws.
 */
import { planFromYaml } from '../plan/builder.js';

export type Doc = Record<string, unknown>;

/** One latency source. */
export interface Mechanism {
  /** As in the first column of the table in src/README.md. */
  readonly name: string;
  /** A cause of the attribution begins with this, for the guest too. */
  readonly cause: string;
  /** A plan in which it acts; every duration is multiplied by `s`. */
  readonly plan: (s: number) => Doc;
  /** Cost of every primitive at scale 1, ns; @defaultValue 100 */
  readonly costNs?: number;
  /**
   * The plan with the mechanism switched off by its own switch, and the same plan that never names
   * it. Absent: the mechanism is no option of a plan, or being off is what a plan without it means.
   */
  readonly off?: (doc: Doc) => readonly [off: Doc, never: Doc];
  /** Why its latencies do not scale with its durations: a constant of the kernel, adaptive state. */
  readonly notScaled?: string;
  /** How long to run at scale 1, ns; @defaultValue 2_000_000 */
  readonly untilNs?: number;
}

export const planOf = (doc: Doc, costNs: number): ReturnType<typeof planFromYaml> =>
  planFromYaml(JSON.stringify({ isochron: 1, name: 'mechanism', platform: 'tiny', ...doc }), {
    cost: `${costNs}ns`,
  });

/** `us` microseconds at scale `s`, as plans write them. */
export const time = (us: number, s: number): string => `${Math.round(us * 1000 * s)}ns`;

/** A host of two pCPUs that poll when idle, without ticks of their own speed. */
export function host(s: number, fields: Doc = {}): Doc {
  const { kernel, kvm, ...rest } = fields as { kernel?: Doc; kvm?: Doc };
  return {
    topology: { sockets: 1, coresPerSocket: 2 },
    kernel: { preset: '6.12-rt', hz: 1000 / s, flags: { fairServer: false }, ...kernel },
    cmdline: 'idle=poll',
    // The window of PAUSE-loop exits does not scale.
    kvm: { ple_gap: 0, ...(kvm ?? { halt_poll_ns: 0, lapic_timer_advance: 'N' }) },
    ...rest,
  };
}

/** A guest with one vCPU on pCPU 1. */
export function guest(s: number, fields: Doc = {}): Doc {
  const { kernel, ...rest } = fields as { kernel?: Doc };
  return {
    name: 'g',
    vcpus: [{ id: 0, cpus: '1', policy: 'fifo:1' }],
    kernel: { preset: '6.12-rt', hz: 1000 / s, flags: { fairServer: false }, ...kernel },
    ...rest,
  };
}

/** A cyclictest every 100 us. */
export function cyclictest(s: number, on: string, cpu: number, fields: Doc = {}): Doc {
  return {
    id: 'cyclictest',
    kind: 'cyclictest',
    on,
    cpus: String(cpu),
    policy: 'fifo:50',
    interval: time(100, s),
    start: time(50, s),
    dmaLatencyZero: false,
    ...fields,
  };
}

/** A job of 50 us every 200 us. */
export function job(s: number, on: string, cpu: number, fields: Doc = {}): Doc {
  return {
    id: 'job',
    kind: 'periodic',
    on,
    cpus: String(cpu),
    policy: 'fifo:10',
    period: time(200, s),
    run: time(50, s),
    start: time(50, s),
    ...fields,
  };
}
