/**
 * The register: every contract that concerns one CPU of one Linux. A new mechanism adds a file
 * beside this one and a line here; what it cannot describe yet it names in `gaps`.
 */
import type { GuestPlan } from '../plan/normalized.js';
import { consumerThreads } from './answer.js';
import { atMost, sporadic } from './arrivals.js';
import type { Contract, ThreadContract } from './contract.js';
import { cstateExit } from './cstate.js';
import { deviceContract } from './deviceIrq.js';
import { type Figure, type Figures, NO_TIME } from './figure.js';
import { gapsOf } from './gaps.js';
import { irqThreadContract, type ThreadPlace, threadContract } from './hostThread.js';
import {
  type Instance,
  type LinuxFigures,
  linuxFigures,
  timedWorkloads,
  workloadsOn,
} from './instance.js';
import { servedOn } from './irqHome.js';
import { lapicsFromElsewhere } from './lapicElsewhere.js';
import { type LockUsers, lockUsers } from './locks.js';
import { noiseContracts } from './noise.js';
import { pollerThreads } from './poller.js';
import { interfaceInterrupts, interfaceThreads } from './receive.js';
import { sleepTimerContracts } from './sleepTimer.js';
import { surroundingsAnywhere, surroundingsOn } from './slowdown.js';
import { smiContract } from './smi.js';
import { type InlineSoftirq, inlineSoftirqs } from './softirq.js';
import { softirqThreads } from './softirqThread.js';
import type { Surroundings } from './surroundings.js';
import { tickContract } from './tick.js';
import { vcpuInterrupts, vcpuThreadContract, vcpuThreadName } from './vcpuThread.js';

/** All that may happen on one CPU. */
export interface CpuContracts {
  readonly instance: Instance;
  readonly cpu: number;
  readonly costs: LinuxFigures;
  readonly users: LockUsers;
  readonly smi: Contract | undefined;
  readonly interrupts: readonly Contract[];
  readonly threads: readonly ThreadContract[];
  /** Softirqs that run where they are raised. */
  readonly softirqs: readonly InlineSoftirq[];
  /** Longest exit of a C-state. */
  readonly idleExit: Figure;
  /** Mechanisms that are at work here and have no contract. */
  readonly gaps: readonly string[];
}

/** Contracts that were made already, by the figures that they were made with. */
const KNOWN = new WeakMap<Figures, Map<string, CpuContracts>>();

export function cpuContracts(
  anywhere: Surroundings,
  instance: Instance,
  cpu: number,
): CpuContracts {
  const around = surroundingsOn(anywhere, instance, cpu);
  const known = KNOWN.get(around.figures) ?? new Map<string, CpuContracts>();
  KNOWN.set(around.figures, known);
  const key = `${instance.guest ? 'guest' : 'host'}/${instance.name}/${cpu}`;
  const made = known.get(key) ?? makeContracts(around, instance, cpu);
  known.set(key, made);
  return made;
}

function makeContracts(around: Surroundings, instance: Instance, cpu: number): CpuContracts {
  const { plan } = around;
  const costs = linuxFigures(around, instance, cpu);
  const users = lockUsers(surroundingsAnywhere(around), instance);
  const place: ThreadPlace = { around, instance, costs, users, cpu };
  const sleepers = sleeperContracts(place);
  const handlers = irqThreads(place);
  const executors = softirqThreads(place);
  const vcpus = instance.guest ? [] : vcpuThreads(place);
  const pollers = instance.guest ? [] : pollerThreads(around, cpu, costs);
  const network = [...interfaceThreads(place), ...consumerThreads(place), ...pollers];
  const threads = [...sleepers, ...handlers, ...executors, ...vcpus, ...network].filter(
    ({ cpus }) => cpus.includes(cpu),
  );
  const timerlat = new Set(
    workloadsOn(plan, instance)
      .filter(({ kind }) => kind === 'timerlat')
      .flatMap(({ id, cpus }) => cpus.map((one) => `${id}@${one}`)),
  );
  const interrupts = [
    ...sleepers.flatMap((thread) =>
      sleepTimerContracts(instance, cpu, costs, thread, timerlat.has(thread.subject)),
    ),
    ...instance.kernel.irqs
      .filter((irq) => servedOn(around, instance, irq, cpu))
      .map((irq) => deviceContract(around, instance, irq, cpu, costs)),
    ...interfaceInterrupts(place),
    tickContract(instance, cpu, costs, threads),
    ...(instance.guest ? [] : noiseContracts(around, cpu, costs)),
    ...(instance.guest ? [] : lapicsFromElsewhere(around, cpu, costs)),
    ...vcpus
      .filter(({ cpus }) => cpus.includes(cpu))
      .flatMap((v) => vcpuInterrupts(around, guestOf(around, v), v, costs)),
  ];
  return {
    instance,
    cpu,
    costs,
    users,
    smi: smiContract(around),
    interrupts,
    threads,
    softirqs: inlineSoftirqs(around, instance, cpu, costs),
    idleExit: sleepsByItself(instance) ? cstateExit(around, instance, cpu) : NO_TIME,
    gaps: gapsOf(around, instance, cpu),
  };
}

/** The guest whose vCPU a thread runs. */
function guestOf({ plan }: Surroundings, thread: ThreadContract): GuestPlan {
  const found = plan.guests.find((guest) =>
    guest.vcpus.some(({ id }) => vcpuThreadName(guest, id) === thread.subject),
  );
  if (!found) throw new Error(`no guest has ${thread.subject}`);
  return found;
}

/** A pCPU, or a vCPU that halts without a VM exit. */
const sleepsByItself = ({ guest }: Instance): boolean =>
  guest === undefined || guest.haltInGuest || guest.mwaitInGuest;

/** Load threads and measured threads, wherever they may run. */
function sleeperContracts(place: ThreadPlace): ThreadContract[] {
  const { around, instance } = place;
  const loads = instance.kernel.threads.map((thread) =>
    threadContract(place, {
      ...thread,
      mechanism: 'thread',
      arrivals: thread.arrival ? sporadic(thread.arrival.every.minNs) : atMost(1),
      endless: thread.arrival === undefined,
      run: around.figures.of(thread.run, `${instance.name}/${thread.name}/run`),
    }),
  );
  const measured = timedWorkloads(around.plan, instance).flatMap((workload) =>
    workload.cpus.map((cpu) => {
      const endless = workload.kind === 'oslat' || workload.kind === 'busy';
      const reads = workload.kind === 'cyclictest' || workload.kind === 'timerlat';
      return threadContract(place, {
        name: `${workload.id}@${cpu}`,
        mechanism: workload.kind,
        scheduling: workload.scheduling,
        cpus: [cpu],
        arrivals: endless ? atMost(1) : sporadic(workload.intervalNs),
        endless,
        masked: workload.kind === 'hwlatdetect',
        run: reads
          ? place.costs.clockRead
          : around.figures.of(workload.run, `${instance.name}/${workload.id}@${cpu}/run`),
        sections: workload.sections,
      });
    }),
  );
  return [...loads, ...measured];
}

function irqThreads(place: ThreadPlace): ThreadContract[] {
  const { around, instance, cpu } = place;
  return instance.kernel.irqs.flatMap((irq) => {
    if (!irq.thread || !servedOn(around, instance, irq, cpu)) return [];
    const path = `${instance.name}/irq ${irq.name}`;
    const { figures } = around;
    const run = figures.of(irq.thread.run, `${path}/thread`);
    const softirq = irq.softirq ? figures.of(irq.softirq, `${path}/softirq`) : NO_TIME;
    const facts = {
      name: `thread of irq ${irq.name}`,
      mechanism: 'interrupt thread',
      scheduling: irq.thread.scheduling,
      cpus: [cpu],
      arrivals: sporadic(Math.max(1, irq.arrival.every.minNs)),
    };
    return irqThreadContract(place, facts, sumOf(run, softirq));
  });
}

function sumOf(a: Figure, b: Figure): Figure {
  return { ns: a.ns + b.ns, assumed: new Set([...a.assumed, ...b.assumed]) };
}

function vcpuThreads({ around, costs, cpu }: ThreadPlace): ThreadContract[] {
  return around.plan.guests.flatMap((guest) =>
    guest.vcpus.map(({ id }) => vcpuThreadContract(around, guest, id, cpu, costs)),
  );
}
