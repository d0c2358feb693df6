/**
 * What keeps a poller from its queues: interrupts and stronger threads of its pCPU, a priority that a
 * weaker thread was lent, the fair server, and its own start.
 */
import { rankOf } from '../contract/contract.js';
import { type CpuContracts, cpuContracts } from '../contract/cpuContracts.js';
import { type Figure, NO_TIME, sum, times } from '../contract/figure.js';
import { hostOf } from '../contract/instance.js';
import { housekeeping, type PollerStop, pollerName } from '../contract/poller.js';
import { surroundingsOn } from '../contract/slowdown.js';
import type { Surroundings } from '../contract/surroundings.js';
import type { PollerPlan, SwitchPlan } from '../plan/normalizedSwitch.js';
import type { Once, Stream } from './busyWindow.js';
import { serverStreams } from './demand.js';
import {
  interruptStreams,
  lentPriorities,
  lockReasons,
  strongerThreads,
  threadStreams,
} from './interference.js';
import { softirqsLeft } from './softirqsLeft.js';

/** A visit of one queue by its poller. */
export interface PollerVisit {
  readonly around: Surroundings;
  readonly one: SwitchPlan;
  readonly poller: PollerPlan;
  readonly stop: PollerStop;
  /** Why realtime threads of the pCPU may be throttled. */
  throttledPcpu(pcpu: number): string | undefined;
}

/** The visit with the figures of its pCPU. */
export function onItsPcpu(visit: PollerVisit): PollerVisit {
  const { around, poller } = visit;
  return { ...visit, around: surroundingsOn(around, hostOf(around.plan), poller.pcpu) };
}

/** What keeps a poller from its queues. */
export interface Keeping {
  readonly once: readonly Once[];
  /** Alternatives: each is an upper bound. */
  readonly streams: readonly Stream[][];
}

export function keepingOf(visit: PollerVisit): Keeping | { readonly reasons: readonly string[] } {
  const { around, one, poller, throttledPcpu } = visit;
  const { figures } = around;
  const name = pollerName(one, poller);
  const contracts = cpuContracts(around, hostOf(around.plan), poller.pcpu);
  const rank = rankOf(poller.scheduling);
  const stronger = strongerThreads(contracts, rank, name);
  const reasons = [...contracts.gaps, ...lockReasons(contracts, stronger)];
  for (const other of stronger) {
    if (other.endless) {
      reasons.push(`${other.subject} is at least as strong as ${name} and never gives way`);
    } else if (rankOf(other) === rank) {
      reasons.push(`${other.subject} shares pCPU ${poller.pcpu} with ${name}, at its strength`);
    }
    if (other.policy === 'deadline') {
      reasons.push(`${other.subject} runs under SCHED_DEADLINE, which is not analysed`);
    }
  }
  const throttled = poller.scheduling.policy === 'other' ? undefined : throttledPcpu(poller.pcpu);
  if (throttled) reasons.push(throttled);
  if (reasons.length > 0) return { reasons };
  const { instance, cpu, costs } = contracts;
  const moves = costs.tickless ? 0 : instance.kernel.nohzFull.includes(cpu) ? 2 : 1;
  const restart = figures.term('tick restart', times(moves, costs.deviceWrite));
  const left = softirqsLeft(contracts, figures);
  if ('reasons' in left) return left;
  const once = [
    ...left.once,
    ...lentPriorities(contracts, rank, figures),
    { name: `pCPU ${poller.pcpu}: tick restart`, figure: restart },
    { name: 'start of the poller', figure: startUp(visit, contracts) },
  ];
  const base = [
    ...interruptStreams(contracts, rank, name, figures),
    ...threadStreams(stronger, figures),
  ];
  const servers = rank === 0 ? [[]] : serverStreams(contracts, figures);
  const here = (stream: Stream): Stream => ({
    ...stream,
    name: `pCPU ${poller.pcpu}: ${stream.name}`,
  });
  return { once, streams: servers.map((server) => [...base, ...server].map(here)) };
}

/**
 * The first switch to the poller, after which it is always there. It has not kept house then, which
 * counts as once in every window.
 */
function startUp({ around, one, poller }: PollerVisit, { costs, idleExit }: CpuContracts): Figure {
  const start = sum(idleExit, costs.contextSwitch, costs.deviceWrite);
  const { arrivals, each } = housekeeping(around, one, poller);
  const spared = arrivals.burst > 0 ? each.ns : 0;
  return start.ns > spared ? { ns: start.ns - spared, assumed: start.assumed } : NO_TIME;
}
