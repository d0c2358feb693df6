/** What all stages of a packet in its guest share: the vCPU, the host around it, the window. */
import type { Rank, ThreadContract } from '../contract/contract.js';
import { type CpuContracts, cpuContracts } from '../contract/cpuContracts.js';
import { NO_TIME } from '../contract/figure.js';
import { hostOf, type Instance } from '../contract/instance.js';
import { type VcpuFigures, vcpuFigures } from '../contract/lapicTimer.js';
import { surroundingsOn } from '../contract/slowdown.js';
import type { Surroundings } from '../contract/surroundings.js';
import type { GuestPlan, WorkloadPlan } from '../plan/normalized.js';
import type { InterfacePlan, SwitchPlan } from '../plan/normalizedSwitch.js';
import type { Once } from './busyWindow.js';
import { delays, jittered } from './delays.js';
import { serverStreams, throttleReason } from './demand.js';
import { type GuestQuestion, outerWorlds } from './guestOuter.js';
import type { Scenario } from './guestScenario.js';
import type { Outer } from './interference.js';
import { remoteLocks } from './lockWait.js';
import type { HostQuestion } from './question.js';
import { besideSmis, isStage, type Queue, queueResponse, type StageResult } from './queueWindow.js';
import { softirqsLeft } from './softirqsLeft.js';

/** A packet in its guest. */
export interface Receiving {
  readonly around: Surroundings;
  readonly one: SwitchPlan;
  readonly port: InterfacePlan;
  readonly guest: GuestPlan;
  readonly workload: WorkloadPlan;
  throttledPcpu(pcpu: number): string | undefined;
}

export type Stage = (smiNs: number) => StageResult;

export interface Place {
  readonly question: GuestQuestion;
  readonly contracts: CpuContracts;
  readonly vcpu: VcpuFigures;
}

/** Alternatives of the host around a vCPU, without SMIs. */
export function worldsOf(
  { question, vcpu }: Place,
  scenario: Scenario,
): readonly Outer[] | { readonly reasons: readonly string[] } {
  const { around, guest, cpu } = question;
  const host = cpuContracts(around, hostOf(around.plan), guest.vcpus[cpu].pcpus[0]);
  const left = softirqsLeft(host, around.figures);
  if ('reasons' in left) return left;
  return outerWorlds(question, vcpu, scenario, left.once).map(withoutSmis);
}

/** The same packet with the figures of a vCPU's pCPU. */
export function onItsVcpu(receiving: Receiving, cpu: number): Receiving {
  const { around, guest } = receiving;
  const instance: Instance = { name: guest.name, kernel: guest.kernel, guest };
  return { ...receiving, around: surroundingsOn(around, instance, cpu) };
}

export function placeOf({ around, guest, workload, throttledPcpu }: Receiving, cpu: number): Place {
  const instance: Instance = { name: guest.name, kernel: guest.kernel, guest };
  const pcpu = guest.vcpus[cpu].pcpus[0];
  return {
    question: { around, guest, workload, kind: 'main', cpu, throttledPcpu },
    contracts: { ...cpuContracts(around, instance, cpu), smi: undefined },
    vcpu: vcpuFigures(around, guest, pcpu),
  };
}

const withoutSmis = (outer: Outer): Outer => ({
  ...outer,
  streams: outer.streams.filter(({ name }) => name !== 'SMI'),
});

/** The smallest of several upper bounds; the first of the reasons if there is none. */
export function shortest(results: readonly StageResult[]): StageResult {
  let best = results[0];
  for (const one of results) {
    if (isStage(one) && (!isStage(best) || one.ns < best.ns)) best = one;
  }
  return best;
}

export function hostQuestion(
  { around, workload, throttledPcpu }: Receiving,
  place: Place,
  outer: Outer,
): HostQuestion {
  const { contracts } = place;
  const name = `${workload.id}@${contracts.cpu}`;
  const answers = contracts.threads.find(({ subject }) => subject === name);
  const { figures } = around;
  const throttled = throttleReason(contracts, figures, outer);
  return {
    remote: remoteLocks({ around, contracts, workload, throttledPcpu }, answers),
    workload,
    kind: 'main',
    contracts,
    figures,
    outer,
    jitterNs: 0,
    detour: NO_TIME,
    throttled,
  };
}

export function threadsOf({ contracts }: Place, names: readonly string[]): ThreadContract[] {
  return contracts.threads.filter(({ subject }) => names.includes(subject));
}

export function windows(
  question: HostQuestion,
  thread: ThreadContract,
  rank: Rank,
  once: readonly Once[],
  queue: Queue,
  smiNs: number,
): StageResult {
  const { contracts, figures, outer } = question;
  const streams = delays(question, thread, rank);
  const results = serverStreams(contracts, figures, outer).map((server) =>
    queueResponse(
      { once, streams: besideSmis([...streams, ...jittered(question, server)], smiNs) },
      queue,
      figures,
    ),
  );
  return shortest(results);
}
