/**
 * Threads of one Linux that sleep and compute: load, workloads and interrupt threads, host and guest
 * alike. An activation returns to user mode, computes, runs its sections and goes back to sleep.
 */
import type { Scheduling, Section } from '../plan/normalized.js';
import type { Arrivals } from './arrivals.js';
import type { LockUse, ThreadContract } from './contract.js';
import { type Figure, NO_TIME, sum, times } from './figure.js';
import { type Instance, isRt, type LinuxFigures, workloadsOn } from './instance.js';
import { type LockUsers, spinWait } from './locks.js';
import { timerPlaces } from './sleepTimer.js';
import { servedAtEnable, sleepsSoftly } from './softirq.js';
import {
  BOTTOM_HALVES,
  kernelStep,
  lockUse,
  longestStretch,
  maskedStep,
  type Step,
  sectionSteps,
  sleepingLockSteps,
  sleepShape,
  totalOf,
  userStep,
} from './steps.js';
import type { Surroundings } from './surroundings.js';

/** What a thread's contract is made from. */
export interface ThreadFacts {
  readonly name: string;
  readonly mechanism: string;
  readonly scheduling: Scheduling;
  readonly cpus: readonly number[];
  readonly arrivals: Arrivals;
  readonly endless: boolean;
  /** It computes with interrupts off. */
  readonly masked?: boolean;
  readonly run: Figure;
  readonly sections: readonly Section[];
}

export interface ThreadPlace {
  readonly around: Surroundings;
  readonly instance: Instance;
  readonly costs: LinuxFigures;
  readonly users: LockUsers;
  readonly cpu: number;
}

/** Steps of the sections alone. */
export function stepsOfSections(
  place: ThreadPlace,
  name: string,
  sections: readonly Section[],
): Step[] {
  const { around, instance, costs, users, cpu } = place;
  return sections.flatMap((section, i) => {
    const run = heldFor(place, name, section, i);
    const waits = section.lock === undefined ? NO_TIME : spinWait(users, section.lock, cpu);
    return sectionSteps(section, run, around.figures.term('spinning', waits), instance, costs);
  });
}

export function locksOf(place: ThreadPlace, name: string, sections: readonly Section[]): LockUse[] {
  return sections.flatMap(
    (section, i) => lockUse(section, heldFor(place, name, section, i), place.instance) ?? [],
  );
}

/** How long a section lasts, with the softirqs that its end serves. */
function heldFor(
  { around, instance, costs, cpu }: ThreadPlace,
  name: string,
  section: Section,
  position: number,
): Figure {
  const run = around.figures.of(section.run, `${instance.name}/${name}/section ${position}`);
  return section.kind === 'bh' ? sum(run, servedAtEnable(around, instance, cpu, costs)) : run;
}

/** Switches besides those of waking and sleeping: each sleeping lock may be fought for. */
export function lockSwitches(locks: readonly LockUse[], { users }: ThreadPlace): number {
  const fought = (lock: string): boolean =>
    lock === BOTTOM_HALVES || (users.get(lock)?.length ?? 0) > 1;
  return 2 * locks.filter((use) => !use.spins && fought(use.lock)).length;
}

export function threadContract(place: ThreadPlace, facts: ThreadFacts): ThreadContract {
  const { instance, costs } = place;
  const shape = sleepShape(instance, costs);
  // The hwlat tracer is a kernel thread: it does not return to user mode.
  const steps = [
    ...(facts.masked ? [] : shape.before),
    facts.masked ? maskedStep(facts.run) : userStep(facts.run),
    ...stepsOfSections(place, facts.name, facts.sections),
    ...(facts.endless ? [] : shape.after),
  ];
  const locks = locksOf(place, facts.name, facts.sections);
  const switches = 2 + lockSwitches(locks, place);
  return contractOf(facts, steps, costs, switches, locks);
}

function contractOf(
  { name, mechanism, scheduling, cpus, arrivals, endless }: Omit<ThreadFacts, 'run' | 'sections'>,
  steps: readonly Step[],
  costs: LinuxFigures,
  switches: number,
  locks: readonly LockUse[],
): ThreadContract {
  const switchIn = sum(costs.contextSwitch, costs.deviceWrite);
  return {
    mechanism,
    subject: name,
    level: 'thread',
    arrivals,
    largest: sum(totalOf(steps), times(switches, costs.contextSwitch)),
    blocking: longestStretch(switchIn, steps, ({ open }) => open),
    masked: longestStretch(switchIn, steps, ({ irqs }) => irqs),
    triggers: ['sleep timer'],
    policy: scheduling.policy,
    priority: scheduling.priority,
    cpus,
    endless,
    locks,
  };
}

/** True if other threads of the CPU may hold the lock of its bottom halves on RT. */
export function bottomHalvesFought({ around, instance, cpu }: ThreadPlace, self: string): boolean {
  const { kernel } = instance;
  const own = [...kernel.threads, ...workloadsOn(around.plan, instance)];
  const sections = own.some(
    ({ cpus, sections: all }) => cpus.includes(cpu) && all.some(({ kind }) => kind === 'bh'),
  );
  const handlers = kernel.irqs.some(
    ({ name, cpus, thread, softirq }) =>
      cpus[0] === cpu && `thread of irq ${name}` !== self && (thread || softirq),
  );
  const lines = around.plan.switches.some(({ interfaces }) =>
    interfaces.some(
      ({ name, guest, vcpu }) =>
        guest === instance.guest?.name && vcpu === cpu && `thread of irq virtio-${name}` !== self,
    ),
  );
  const timers = own.some(
    ({ cpus, scheduling }) =>
      sleepsSoftly(instance, scheduling.policy) &&
      cpus.some((home) => timerPlaces(instance, home).includes(cpu)),
  );
  return sections || handlers || lines || timers;
}

/**
 * `irq/N-name`: the handler with bottom halves off, then the softirqs, in one activation. Their lock is
 * one of the CPU, so nobody on another one is told of it.
 */
export function irqThreadContract(
  place: ThreadPlace,
  facts: Omit<ThreadFacts, 'run' | 'sections' | 'endless'>,
  run: Figure,
): ThreadContract {
  const { around, instance, costs, cpu } = place;
  const rt = isRt(instance);
  const hold = sum(run, servedAtEnable(around, instance, cpu, costs));
  const fought = rt && bottomHalvesFought(place, facts.name);
  const local = { ...costs, reschedIpi: NO_TIME };
  const alone = { ...local, piStep: NO_TIME, wakeup: NO_TIME };
  const held = rt ? sleepingLockSteps(hold, fought ? local : alone) : [kernelStep(run, instance)];
  const steps = [...held, maskedStep(NO_TIME)];
  const lock = { lock: BOTTOM_HALVES, spins: false, irqOff: false, hold };
  return contractOf({ ...facts, endless: false }, steps, costs, fought ? 4 : 2, rt ? [lock] : []);
}
