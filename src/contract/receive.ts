/**
 * How a guest receives packets: the interrupt of an interface and its handler thread with NAPI. Source:
 * drivers/net/virtio_net.c skb_recv_done, virtnet_poll; as in src/network/guestReceive.ts. An interrupt comes with at least one new packet.
 */
import type { WorkloadPlan } from '../plan/normalized.js';
import type { InterfacePlan } from '../plan/normalizedSwitch.js';
import { type Arrivals, late, NEVER } from './arrivals.js';
import type { Contract, ThreadContract } from './contract.js';
import { toRing } from './delays.js';
import { NO_TIME, sum } from './figure.js';
import { irqThreadContract, type ThreadPlace } from './hostThread.js';
import { exitWrites, type Instance, isRt, timedWorkloads } from './instance.js';
import { wireArrivals } from './packetArrivals.js';
import { timerPlaces } from './sleepTimer.js';
import { sleepsSoftly } from './softirq.js';
import { delayOf, networkFigure, type Surroundings } from './surroundings.js';

/** NAPI_POLL_WEIGHT: beyond it a softirq is raised again. */
const BUDGET = 64;

export const lineName = ({ name }: InterfacePlan): string => `virtio-${name}`;
export const lineThread = (port: InterfacePlan): string => `thread of irq ${lineName(port)}`;

/** Interfaces that lead to a guest. */
export function interfacesOf({ plan }: Surroundings, guest: string): InterfacePlan[] {
  return plan.switches.flatMap(({ interfaces }) =>
    interfaces.filter((port) => port.guest === guest),
  );
}

export function userOf({ plan }: Surroundings, { name }: InterfacePlan): WorkloadPlan | undefined {
  return plan.workloads.find((workload) => workload.interface === name);
}

/** Packets as they come to the guest's ring; undefined if nobody knows how late. */
export function ringArrivals(around: Surroundings, { name }: InterfacePlan): Arrivals | undefined {
  const delay = delayOf(around, toRing(name));
  return typeof delay === 'number' ? late(wireArrivals(around.plan, name), delay) : undefined;
}

/** Interfaces whose interrupt goes to a vCPU; none that is polled has one. */
function linesOn(around: Surroundings, { guest }: Instance, cpu: number): InterfacePlan[] {
  if (!guest) return [];
  return interfacesOf(around, guest.name).filter(
    (port) => port.vcpu === cpu && userOf(around, port)?.receive !== 'poll',
  );
}

/** Interrupts of interfaces on a vCPU. */
export function interfaceInterrupts({ around, instance, costs, cpu }: ThreadPlace): Contract[] {
  return linesOn(around, instance, cpu).map((port) => {
    const handler = networkFigure(around, 'guestInterrupt');
    return {
      mechanism: 'device interrupt',
      subject: `irq ${lineName(port)}`,
      level: 'hardirq',
      arrivals: ringArrivals(around, port) ?? NEVER,
      largest: sum(
        costs.irqEntry,
        port.irqThread ? costs.wakeup : handler,
        exitWrites(instance, cpu, costs),
      ),
      blocking: NO_TIME,
      masked: NO_TIME,
      triggers: [lineThread(port)],
    };
  });
}

/** Handler threads of interfaces, NAPI included. */
export function interfaceThreads(place: ThreadPlace): ThreadContract[] {
  const { around, instance, costs, cpu } = place;
  return linesOn(around, instance, cpu).flatMap((port) => {
    if (!port.irqThread || !isRt(instance)) return [];
    const run = sum(
      networkFigure(around, 'guestInterrupt'),
      costs.softirq,
      networkFigure(around, 'guestReceive'),
      costs.wakeup,
      userOf(around, port)?.cpus.some((home) => home !== cpu) ? costs.reschedIpi : NO_TIME,
      softTimersOn(place) ? costs.deviceWrite : NO_TIME,
    );
    const facts = {
      name: lineThread(port),
      mechanism: 'interrupt thread',
      scheduling: port.irqThread,
      cpus: [cpu],
      arrivals: ringArrivals(around, port) ?? NEVER,
    };
    return irqThreadContract(place, facts, run);
  });
}

/** True if softirqs may find timers to serve, after which the device is written. */
function softTimersOn({ instance, cpu, around }: ThreadPlace): boolean {
  return [...instance.kernel.threads, ...timedWorkloads(around.plan, instance)].some(
    ({ cpus, scheduling }) =>
      sleepsSoftly(instance, scheduling.policy) &&
      cpus.some((home) => timerPlaces(instance, home).includes(cpu)),
  );
}

/** Why the packets that come to a CPU of a guest have no contract. */
export function receiveGaps(around: Surroundings, instance: Instance, cpu: number): string[] {
  const gaps: string[] = [];
  for (const port of instance.guest ? interfacesOf(around, instance.name) : []) {
    const user = userOf(around, port);
    const lines = linesOn(around, instance, cpu).includes(port);
    if (!lines && !user?.cpus.includes(cpu)) continue;
    const delay = delayOf(around, toRing(port.name));
    if (typeof delay !== 'number') gaps.push(...delay.reasons);
    if (lines && !isRt(instance)) {
      gaps.push(`the softirq of interface ${port.name} runs in place, where work may pile up`);
    }
  }
  return gaps;
}

/** True if so many packets may stand in the ring that NAPI hands the rest to ksoftirqd. */
export const overBudget = (packets: number): boolean => packets > BUDGET;
