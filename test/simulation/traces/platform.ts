/**
 * A platform in which every primitive has a constant cost of its own, all of them primes, so that
 * a duration in a trace tells which primitive was paid and a latency can be summed by hand.
 * C-states, L1D flush and mitigations are off unless a trace asks for them.
 */

import { DiagnosticsError } from '../../../src/base/diagnostics.js';
import { type PlanIo, preparePlan } from '../../../src/plan/load.js';
import type { NormalizedPlan } from '../../../src/plan/normalized.js';
import { memoryIo, wholeText } from '../../plan/builder.js';

/** Host kernel, ns. */
export const HOST = {
  irqEntry: 211,
  hrtimerInterrupt: 307,
  hrtimerCallback: 103,
  hrtimerArm: 151,
  clockeventProgram: 199,
  wakeup: 401,
  reschedIpi: 127,
  ipiFlight: 223,
  contextSwitch: 1009,
  tick: 601,
  softirq: 251,
  syscall: 179,
  userReturn: 163,
  clockRead: 31,
  piStep: 83,
  migrate: 457,
  callFunction: 269,
  nmi: 1301,
  contextTracking: 47,
} as const;

/** Guest kernel, ns. */
export const GUEST = {
  irqEntry: 229,
  hrtimerInterrupt: 311,
  hrtimerCallback: 107,
  hrtimerArm: 157,
  clockeventProgram: 37,
  wakeup: 409,
  reschedIpi: 131,
  ipiFlight: 227,
  contextSwitch: 1013,
  tick: 607,
  softirq: 257,
  syscall: 181,
  userReturn: 167,
  clockRead: 29,
  piStep: 89,
  migrate: 461,
  callFunction: 271,
  nmi: 1303,
  contextTracking: 53,
} as const;

/** KVM, ns. */
export const KVM = {
  exit: 541,
  entry: 503,
  entryPrepare: 283,
  exitMitigation: 0,
  handleExit: 449,
  fastpathMsr: 353,
  fastpathPreemptionTimer: 367,
  l1dFlush: 1511,
  vcpuLoad: 853,
  vcpuKick: 109,
  inject: 139,
  postedIpi: 701,
  pollIteration: 41,
  pauseExit: 997,
  userExit: 1999,
  eventfdSignal: 331,
  postedWakeup: 113,
  postedWakeupItem: 61,
  ioeventfd: 347,
  eptFault: 1493,
  clockUpdate: 739,
  masterclockUpdate: 2027,
  vhostPacket: 877,
} as const;

/** Poller and a guest's network path, ns. */
export const NETWORK = {
  pollEmpty: 61,
  pollBurst: 67,
  pollPacket: 71,
  copyPacket: 73,
  pollFlush: 79,
  pollCall: 587,
  pollHousekeeping: 0,
  guestInterrupt: 97,
  guestReceive: 811,
  guestSend: 907,
} as const;

/** The only C-state, ns. */
export const C1_EXIT = 2003;

const section = (name: string, costs: Readonly<Record<string, number>>): string =>
  [`${name}:`, ...Object.entries(costs).map(([key, ns]) => `  ${key}: ${ns}ns`)].join('\n');

const PLATFORM = `isochron-platform: 1
name: primes
description: every primitive costs its own prime
cpu: {model: none, vendor: intel, tscMHz: 2000, apicv: true, preemptionTimer: true, l1tfVulnerable: false, invariantTsc: true}
topology: {sockets: 1, coresPerSocket: 4}
defaultKernel: '6.12-rt'
${section('host', HOST)}
${section('guest', GUEST)}
${section('kvm', KVM)}
${section('network', NETWORK)}
cstates:
  - {name: C1, exit: ${C1_EXIT}ns, targetResidency: 1us}
caches: {privateKiB: 64, llcKiB: 1024, ways: 8, inclusive: false, llcHit: 11ns, memory: 43ns}
smi: off
`;

/** The normalized plan of a YAML text on the platform of primes. */
export function primesPlan(text: string): NormalizedPlan {
  const io: PlanIo = {
    ...memoryIo({ 'plan.yaml': wholeText(`${text}\nplatform: primes`) }),
    platformText: (name) =>
      name === 'primes' ? { text: PLATFORM, file: 'primes.yaml' } : undefined,
    platformNames: () => ['primes'],
  };
  const { plan, diagnostics } = preparePlan('plan.yaml', io);
  if (!plan) throw new DiagnosticsError(diagnostics);
  return plan;
}
