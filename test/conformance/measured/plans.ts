/**
 * The measured system: a guest under KVM in an emulated machine, in which cyclictest runs on vCPU 1.
 * A plan changes one thing of the base plan, by tens of milliseconds: emulation is noisy below that.
 */
import { type Scenario, type ScenarioThread, thread } from '../scenario.js';

export interface MeasuredPlan {
  readonly name: string;
  /** What it changes, for the table. */
  readonly changes: string;
  /** Policy of the thread of vCPU 1; default fifo:50. */
  readonly vcpu?: string;
  /** Threads of the host; vCPU 1 lives on pCPU 1. */
  readonly host?: readonly ScenarioThread[];
  /** Threads of the guest beside cyclictest. */
  readonly guest?: readonly ScenarioThread[];
  readonly throttle?: { readonly runtimeUs: number; readonly periodUs: number };
  /** The longest time that the change can keep cyclictest waiting; a hit is later than half of it. */
  readonly effectMs: number;
  /** Figures outside the recordings are known, and this is what the model lacks. */
  readonly differs?: string;
}

/** cyclictest in the guest, in all plans. */
export const CYCLICTEST = { interval: '29ms', policy: 'fifo:80', cpu: 1, start: '10ms' } as const;
/** Length of one recording, and how many a boot makes of each plan. */
export const LENGTH = '6s';
export const REPETITIONS = 3;
export const KERNEL = '6.1-rt';

const bursts = (name: string, policy: string, run: string, every: string): ScenarioThread => ({
  ...thread(name, policy, 1, '3ms', `run ${run}`),
  every,
});

const forever = (name: string, policy: string): ScenarioThread =>
  thread(name, policy, 1, '3ms', 'run forever');

export const PLANS: readonly MeasuredPlan[] = [
  { name: 'base', changes: 'vCPU thread fifo:50, nothing beside it', effectMs: 40 },
  {
    name: 'stronger',
    changes: 'host thread fifo:60, 40 of 160 ms',
    host: [bursts('strong', 'fifo:60', '40ms', '160ms')],
    effectMs: 40,
  },
  {
    name: 'weaker',
    changes: 'host thread fifo:40, 40 of 160 ms',
    host: [bursts('weak', 'fifo:40', '40ms', '160ms')],
    effectMs: 40,
  },
  {
    name: 'equal-fifo',
    changes: 'host thread fifo:50, 160 of 400 ms',
    host: [bursts('equal', 'fifo:50', '160ms', '400ms')],
    effectMs: 160,
  },
  {
    name: 'equal-rr',
    changes: 'host thread rr:50, 160 of 400 ms',
    host: [bursts('equal', 'rr:50', '160ms', '400ms')],
    effectMs: 100,
  },
  {
    name: 'throttled',
    changes: 'host hog fifo:40, realtime runtime 320 of 400 ms',
    host: [forever('hog', 'fifo:40')],
    throttle: { runtimeUs: 320_000, periodUs: 400_000 },
    effectMs: 80,
  },
  {
    name: 'fair-vcpu',
    changes: 'vCPU thread other, host thread fifo:40, 40 of 160 ms',
    vcpu: 'other',
    host: [bursts('weak', 'fifo:40', '40ms', '160ms')],
    effectMs: 40,
  },
  {
    name: 'fair-hog',
    changes: 'vCPU thread other, host hog other, guest hog fifo:10',
    vcpu: 'other',
    host: [forever('hog', 'other')],
    guest: [forever('load', 'fifo:10')],
    effectMs: 8,
  },
  {
    name: 'guest-above',
    changes: 'guest thread fifo:90, 40 of 160 ms',
    guest: [bursts('above', 'fifo:90', '40ms', '160ms')],
    effectMs: 40,
  },
  {
    name: 'guest-below',
    changes: 'guest thread fifo:70, 40 of 160 ms',
    guest: [bursts('below', 'fifo:70', '40ms', '160ms')],
    effectMs: 40,
  },
];

/** The plan without cyclictest, as a scenario. */
export function scenarioOf(plan: MeasuredPlan): Scenario {
  return {
    name: plan.name,
    shows: plan.changes,
    rules: [],
    until: LENGTH,
    threads: plan.host ?? [],
    rtRuntimeUs: plan.throttle?.runtimeUs,
    rtPeriodUs: plan.throttle?.periodUs,
    guest: { vcpus: { 1: plan.vcpu ?? 'fifo:50' }, threads: plan.guest ?? [] },
  };
}
