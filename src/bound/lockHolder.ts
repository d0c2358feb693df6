/**
 * The owner of a sleeping lock that a thread of another CPU waits for: how long it takes on its own CPU
 * from being lent the waiter's priority, or woken as the heir, until it has given the lock up.
 */
import { arrivalsIn } from '../contract/arrivals.js';
import type { Rank, ThreadContract } from '../contract/contract.js';
import { type CpuContracts, cpuContracts } from '../contract/cpuContracts.js';
import { type Figure, longest, NO_TIME, sum, times } from '../contract/figure.js';
import { exitWrites } from '../contract/instance.js';
import { vcpuFigures } from '../contract/lapicTimer.js';
import type { LockUser } from '../contract/locks.js';
import { smiContract } from '../contract/smi.js';
import type { Surroundings } from '../contract/surroundings.js';
import type { WorkloadPlan } from '../plan/normalized.js';
import { busyWindow, type Once, type Stream } from './busyWindow.js';
import { serverStreams } from './demand.js';
import { outerWorlds, reasonsOutside } from './guestOuter.js';
import {
  blockingOf,
  interruptStreams,
  lentPriorities,
  lockReasons,
  NOTHING_OUTSIDE,
  type Outer,
  strongerThreads,
  threadStreams,
} from './interference.js';
import { besideSmis } from './queueWindow.js';
import { type CpuBound, hasBound } from './result.js';
import { softirqsLeft } from './softirqsLeft.js';

const ROUNDS_MAX = 100;

/** Who waits, and where. */
export interface Waiting {
  readonly around: Surroundings;
  readonly contracts: CpuContracts;
  readonly workload: WorkloadPlan;
  throttledPcpu(pcpu: number): string | undefined;
}

export type Held =
  | { readonly figure: Figure; readonly contract?: ThreadContract }
  | { readonly reasons: readonly string[] };

/** From the lending, or from its wake-up as the heir, until an owner has given the lock up. */
export function holdOf(waiting: Waiting, user: LockUser, rank: Rank): Held {
  const { around, contracts: own } = waiting;
  const { figures, plan } = around;
  const contracts = cpuContracts(around, own.instance, user.cpus[0]);
  const contract = contracts.threads.find(({ subject }) => subject === user.thread);
  const stronger = strongerThreads(contracts, rank, user.thread);
  const reasons = [...contracts.gaps, ...lockReasons(contracts, stronger)];
  for (const one of stronger) {
    if (one.endless) reasons.push(`${one.subject} is as strong as a waiter and never gives way`);
    if (one.policy === 'deadline') reasons.push(`${one.subject} runs under SCHED_DEADLINE`);
  }
  const worlds = outersOf(waiting, contracts);
  if ('reasons' in worlds) reasons.push(...worlds.reasons);
  const left = softirqsLeft(contracts, figures);
  if ('reasons' in left) reasons.push(...left.reasons);
  if (reasons.length > 0 || 'reasons' in worlds || 'reasons' in left) return { reasons };
  const smi = plan.smi ? smiContract(around) : undefined;
  let best: CpuBound = { reasons: ['there is nothing to analyse'] };
  for (const outer of worlds) {
    const once = [...left.once, ...holding(waiting, contracts, outer, user, rank)];
    const streams: Stream[] = [
      ...outer.streams.filter(({ name }) => name !== 'SMI'),
      ...interruptStreams(contracts, rank, user.thread, figures, outer),
      ...threadStreams(stronger, figures),
    ];
    for (const server of serverStreams(contracts, figures, outer)) {
      const found = besideSmi(once, [...streams, ...server], smi, around);
      if (!hasBound(best) || (hasBound(found) && found.ns < best.ns)) best = found;
    }
  }
  if (!hasBound(best)) return { reasons: best.reasons };
  const assumed = new Set(best.terms.flatMap((term) => term.assumed));
  return { figure: figures.term('remote lock', { ns: best.ns, assumed }), contract };
}

/** A window in time without SMIs, which the waiting thread's own window has. */
function besideSmi(
  once: readonly Once[],
  streams: readonly Stream[],
  smi: ReturnType<typeof smiContract>,
  { figures }: Surroundings,
): CpuBound {
  let count = smi ? 1 : 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const smiNs = count * (smi?.largest.ns ?? 0);
    const found = busyWindow({ once, streams: besideSmis(streams, smiNs), closed: true }, figures);
    if (!hasBound(found) || !smi) return found;
    const next = arrivalsIn(smi.arrivals, found.ns + smiNs);
    if (next <= count) return found;
    count = next;
  }
  return { reasons: ['SMIs take almost all of the time'] };
}

export function outersOf(
  { around, workload, throttledPcpu }: Waiting,
  { instance, cpu }: CpuContracts,
): readonly Outer[] | { readonly reasons: readonly string[] } {
  const { guest } = instance;
  if (!guest) {
    const reason = throttledPcpu(cpu);
    return reason ? { reasons: [reason] } : [NOTHING_OUTSIDE];
  }
  const question = { around, guest, workload, kind: 'main' as const, cpu, throttledPcpu };
  const reasons = reasonsOutside(question);
  if (reasons.length > 0) return { reasons };
  const vcpu = vcpuFigures(around, guest, guest.vcpus[cpu].pcpus[0]);
  return outerWorlds(question, vcpu, { halted: false, elsewhere: true });
}

/** Being told, switching to the owner past what is under way, its section, and the hand-over. */
function holding(
  { around }: Waiting,
  contracts: CpuContracts,
  outer: Outer,
  user: LockUser,
  rank: Rank,
): Once[] {
  const { costs, instance, cpu } = contracts;
  const { figures } = around;
  return [
    ...outer.once,
    { name: 'told', figure: told(around, contracts, outer) },
    blockingOf(contracts, rank, user.thread, figures),
    ...lentPriorities(contracts, rank, figures),
    {
      name: 'switches',
      figure: sum(times(2, costs.contextSwitch), times(2, costs.deviceWrite), costs.piStep),
    },
    { name: 'section', figure: user.hold },
    {
      name: 'hand-over',
      figure: sum(costs.wakeup, costs.reschedIpi, exitWrites(instance, cpu, costs)),
    },
  ];
}

/** An IPI from another CPU of the same Linux. */
export function told(around: Surroundings, contracts: CpuContracts, outer: Outer): Figure {
  const { instance, cpu, costs } = contracts;
  const { platform } = around.plan;
  const flight = longest(
    around.figures.of(platform.host.ipiFlight, 'host.ipiFlight'),
    instance.guest ? around.figures.of(platform.kvm.postedIpi, 'kvm.postedIpi') : NO_TIME,
  );
  return sum(flight, outer.delivery, costs.irqEntry, exitWrites(instance, cpu, costs));
}
