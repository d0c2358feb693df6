/**
 * The host around a vCPU: what stands against any bound, what delays the vCPU, and what it takes to be
 * woken, interrupted and displaced.
 */
import { longestRefill } from '../contract/coldCache.js';
import { rankOf, type ThreadContract } from '../contract/contract.js';
import { cpuContracts } from '../contract/cpuContracts.js';
import { type Figures, longest, NO_TIME, sum } from '../contract/figure.js';
import { hostOf, linuxFigures } from '../contract/instance.js';
import type { VcpuFigures } from '../contract/lapicTimer.js';
import { interfacesOf } from '../contract/receive.js';
import type { Surroundings } from '../contract/surroundings.js';
import { vcpuThreadName } from '../contract/vcpuThread.js';
import type { GuestPlan, WorkloadPlan } from '../plan/normalized.js';
import type { Once, Stream } from './busyWindow.js';
import { serverStreams } from './demand.js';
import type { Scenario } from './guestScenario.js';
import {
  blockingOf,
  interruptStreams,
  lentPriorities,
  lockReasons,
  type Outer,
  smiStreams,
  strongerThreads,
  threadStreams,
} from './interference.js';
import type { LatencyKind } from './question.js';

export interface GuestQuestion {
  readonly around: Surroundings;
  readonly guest: GuestPlan;
  readonly workload: WorkloadPlan;
  readonly kind: LatencyKind;
  readonly cpu: number;
  /** Why realtime threads of the vCPU's pCPU may be throttled. */
  throttledPcpu(pcpu: number): string | undefined;
}

/** What stands against any bound, seen from the host. */
export function reasonsOutside({ around, guest, cpu, throttledPcpu }: GuestQuestion): string[] {
  const { plan } = around;
  const name = vcpuThreadName(guest, cpu);
  const { pcpus, scheduling } = guest.vcpus[cpu];
  if (pcpus.length > 1) return [`${name} is not pinned to one pCPU`];
  if (scheduling.policy === 'other') return [`the thread of ${name} is fair`];
  if (scheduling.policy === 'deadline')
    return [`${name} runs under SCHED_DEADLINE, which is not analysed`];
  const host = cpuContracts(around, hostOf(plan), pcpus[0]);
  const rank = rankOf(scheduling);
  const stronger = strongerThreads(host, rank, name);
  const reasons = [...host.gaps, ...lockReasons(host, stronger)];
  for (const one of stronger) {
    if (one.endless)
      reasons.push(
        `${one.subject} shares pCPU ${pcpus[0]}, is at least as strong and never gives way`,
      );
    if (one.policy === 'deadline') {
      reasons.push(`${one.subject} runs under SCHED_DEADLINE, which is not analysed`);
    }
  }
  const throttled = throttledPcpu(pcpus[0]);
  if (throttled) reasons.push(throttled);
  if (!plan.host.flags.lapicTimerHard) {
    reasons.push(`the timer of ${name} is served by a softirq thread of the host`);
  }
  return reasons;
}

/** The host around the vCPU; several alternatives where the host's fair server allows them. */
export function outerWorlds(
  question: GuestQuestion,
  vcpu: VcpuFigures,
  scenario: Scenario,
  left: readonly Once[] = [],
): Outer[] {
  const { halted, elsewhere } = scenario;
  const { around, guest, cpu } = question;
  const { figures } = around;
  const pcpu = guest.vcpus[cpu].pcpus[0];
  const host = cpuContracts(around, hostOf(around.plan), pcpu);
  const refill = longestRefill(around, hostOf(around.plan), pcpu);
  const name = vcpuThreadName(guest, cpu);
  const rank = rankOf(guest.vcpus[cpu].scheduling);
  const guestCosts = linuxFigures(around, { name: guest.name, kernel: guest.kernel, guest }, cpu);
  const again = vcpu.early
    ? sum(vcpu.fires, guestCosts.irqEntry, guestCosts.hrtimerInterrupt, guestCosts.deviceWrite)
    : NO_TIME;
  const inside = sum(vcpu.fires, again);
  const own = elsewhere ? sum(vcpu.kicked, again) : inside;
  const byDevice =
    guest.kernel.irqs.length > 0 ||
    guest.vcpus.length > 1 ||
    guest.devices.length > 0 ||
    interfacesOf(around, guest.name).length > 0;
  const base = {
    idle: halted,
    ownTimer: halted && !byDevice ? again : own,
    eachTimer: sum(inside, vcpu.waits),
    delivery: vcpu.delivers,
    once: [
      ...left,
      ...lentPriorities(host, rank, figures),
      ...(halted
        ? haltedOnce(host, rank, name, vcpu, elsewhere, figures)
        : // Its caches are cold when it runs for the first time.
          [
            { name: 'PAUSE-loop exit', figure: vcpu.pauses },
            { name: 'cold cache of the vCPU', figure: refill },
          ]),
    ],
  };
  const streams = [
    ...smiStreams(host, figures),
    ...interruptStreams(host, rank, name, figures).map((one) => withExit(one, vcpu)),
    ...displacing(strongerThreads(host, rank, name), vcpu, figures),
  ];
  return serverStreams(host, figures).map((server) => ({
    ...base,
    streams: [...streams, ...server.map((one) => withExit(withLoad(one, vcpu), vcpu))],
  }));
}

function haltedOnce(
  host: ReturnType<typeof cpuContracts>,
  rank: number,
  name: string,
  vcpu: VcpuFigures,
  elsewhere: boolean,
  figures: Figures,
): Outer['once'] {
  const blocking = blockingOf(host, rank, name, figures);
  return [
    {
      name: 'host: what is under way, C-state exit, or the way into the halt',
      figure: longest(blocking.figure, figures.term('way into the halt', vcpu.halts)),
    },
    { name: 'wake-up of the vCPU', figure: elsewhere ? vcpu.wokenFromElsewhere : vcpu.wakes },
  ];
}

const withExit = (stream: Stream, vcpu: VcpuFigures): Stream => ({
  ...stream,
  name: `host: ${stream.name}`,
  each: sum(stream.each, vcpu.interrupted),
});

const withLoad = (stream: Stream, vcpu: VcpuFigures): Stream => ({
  ...stream,
  each: sum(stream.each, vcpu.displaced),
});

function displacing(
  threads: readonly ThreadContract[],
  vcpu: VcpuFigures,
  figures: Figures,
): Stream[] {
  return threadStreams(threads, figures).map((stream) => ({
    ...withLoad(stream, vcpu),
    name: `host: ${stream.name}`,
  }));
}
