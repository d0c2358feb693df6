/** One Linux of a plan, host or guest, with the figures of its primitives on each CPU. */
import type { GuestPlan, KernelPlan, NormalizedPlan, WorkloadPlan } from '../plan/normalized.js';
import type { LinuxCostName } from '../platform/costs.js';
import { longestRefill } from './coldCache.js';
import { type Figure, NO_TIME, sum, times } from './figure.js';
import { neverTicks, type Placed } from './idleTick.js';
import type { Surroundings } from './surroundings.js';
import { guestInterruptExits, guestIpiWrite, guestTimerWrite } from './vcpuExits.js';

/** One Linux. */
export interface Instance {
  /** `host`, or the guest's name. */
  readonly name: string;
  readonly kernel: KernelPlan;
  readonly guest?: GuestPlan;
}

export function hostOf(plan: NormalizedPlan): Instance {
  return { name: 'host', kernel: plan.host };
}

export function workloadsOn(plan: NormalizedPlan, instance: Instance): WorkloadPlan[] {
  return plan.workloads.filter(({ guest }) => (guest ?? 'host') === instance.name);
}

/** Workloads that are woken by timers, or never sleep; not by packets. */
export function timedWorkloads(plan: NormalizedPlan, instance: Instance): WorkloadPlan[] {
  return workloadsOn(plan, instance).filter((workload) => workload.interface === undefined);
}

export const isRt = ({ kernel }: Instance): boolean => kernel.preemption === 'rt';

/** preempt=full and RT: kernel code can be preempted. */
export const isPreemptible = ({ kernel }: Instance): boolean =>
  ['rt', 'full', 'lazy'].includes(kernel.preemption);

/** Figures of the primitives on one CPU of an instance. */
export interface LinuxFigures extends Readonly<Record<LinuxCostName, Figure>> {
  /** Writing the timer device; in a guest with the VM exits that it takes. */
  readonly deviceWrite: Figure;
  /** The CPU never has a tick, so that nothing starts or stops one. */
  readonly tickless: boolean;
}

/** Every thread of an instance with its place. */
export function placedThreads({ plan }: Surroundings, instance: Instance): Placed[] {
  const balanced = plan.irqbalance?.cpus ?? [];
  const handlers = instance.kernel.irqs.flatMap(({ cpus, thread, floats }) =>
    thread ? [{ scheduling: thread.scheduling, cpus: floats ? [...cpus, ...balanced] : cpus }] : [],
  );
  const vcpus = instance.guest
    ? []
    : plan.guests.flatMap((guest) =>
        guest.vcpus.map(({ scheduling, pcpus }) => ({ scheduling, cpus: pcpus })),
      );
  const workers = instance.guest ? [] : [...plan.workers, ...pollers(plan)];
  const own = [...instance.kernel.threads, ...workloadsOn(plan, instance)];
  return [...own, ...handlers, ...vcpus, ...workers];
}

const pollers = ({ switches }: NormalizedPlan): Placed[] =>
  switches.flatMap((one) =>
    one.pollers.map(({ scheduling, pcpu }) => ({ scheduling, cpus: [pcpu] })),
  );

export function linuxFigures(around: Surroundings, instance: Instance, cpu: number): LinuxFigures {
  const { plan, figures } = around;
  const where = instance.guest ? 'guest' : 'host';
  const laws = plan.platform[where];
  const entries = (Object.keys(laws) as LinuxCostName[]).map(
    (name) => [name, figures.of(laws[name], `${where}.${name}`)] as const,
  );
  const costs = Object.fromEntries(entries) as Record<LinuxCostName, Figure>;
  if (!instance.kernel.nohzFull.includes(cpu)) costs.contextTracking = NO_TIME;
  const exits = instance.guest ? guestTimerWrite(around, instance.guest, cpu) : NO_TIME;
  if (instance.guest) {
    costs.reschedIpi = sum(costs.reschedIpi, guestIpiWrite(around, instance.guest, cpu));
    costs.irqEntry = sum(costs.irqEntry, guestInterruptExits(around, instance.guest, cpu));
  }
  // Whoever is switched in brings his lines back before anything stronger gets in.
  costs.contextSwitch = sum(costs.contextSwitch, longestRefill(around, instance, cpu));
  const tickless = neverTicks(instance.kernel, cpu, placedThreads(around, instance));
  return { ...costs, deviceWrite: sum(costs.clockeventProgram, exits), tickless };
}

/** A timer interrupt that serves one expired hrtimer, whose callback costs `callback` more. */
export function timerInterrupt(costs: LinuxFigures, callback: Figure): Figure {
  return sum(
    costs.irqEntry,
    costs.hrtimerInterrupt,
    costs.hrtimerCallback,
    callback,
    costs.deviceWrite,
  );
}

/** Writes of the device at the end of an interrupt, where the tick may start or stop there. */
export function exitWrites(instance: Instance, cpu: number, costs: LinuxFigures): Figure {
  return costs.tickless ? NO_TIME : times(exitWritesOf(instance, cpu), costs.deviceWrite);
}

function exitWritesOf({ kernel }: Instance, cpu: number): number {
  const server = kernel.flags.fairServer && !kernel.fairServerOff.includes(cpu);
  const moves = kernel.nohzFull.includes(cpu) || kernel.idle.kind === 'poll';
  return (server ? 1 : 0) + (moves ? 1 : 0);
}
