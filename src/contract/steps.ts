/**
 * The activation of a thread as the scheduler sees it: steps with their longest time, and whether a
 * stronger thread can take over when one begins. Source: kernel/sched/core.c preempt_schedule,
 * kernel/entry/common.c irqentry_exit; PREEMPT_RT keeps preemption on in spinlock_t sections.
 */
import type { Section } from '../plan/normalized.js';
import type { LockUse } from './contract.js';
import { type Figure, longest, NO_TIME, sum } from './figure.js';
import { type Instance, isPreemptible, isRt, type LinuxFigures } from './instance.js';

/** A stretch of code. */
export interface Step {
  readonly run: Figure;
  /** A stronger thread may take over at its beginning and inside. */
  readonly open: boolean;
  /** Interrupts are taken at its beginning and inside. */
  readonly irqs: boolean;
}

const step = (run: Figure, open: boolean, irqs = true): Step => ({ run, open, irqs: open || irqs });
/** Name of the lock that each CPU of an RT kernel has for its bottom halves. */
export const BOTTOM_HALVES = 'bottom halves';

/** A point at which whatever waits is let in. */
const POINT = step(NO_TIME, true);

/** What one activation is made of, besides what it computes. */
export interface ActivationShape {
  /** Returning to user mode. */
  readonly before: readonly Step[];
  /** Going back to sleep. */
  readonly after: readonly Step[];
}

export function sleepShape(instance: Instance, costs: LinuxFigures): ActivationShape {
  const kernel = isPreemptible(instance);
  return {
    before: [
      step(costs.contextTracking, costs.contextTracking.ns === 0, false),
      step(costs.userReturn, kernel),
    ],
    after: [
      POINT,
      step(costs.syscall, kernel),
      step(costs.hrtimerArm, kernel),
      step(costs.deviceWrite, false, false),
    ],
  };
}

/** The steps of one section; `waits` is what waiting for its lock by spinning may take. */
export function sectionSteps(
  section: Section,
  run: Figure,
  waits: Figure,
  instance: Instance,
  costs: LinuxFigures,
): Step[] {
  const kernel = isPreemptible(instance);
  switch (section.kind) {
    case 'irqOff':
      return [step(run, false, false)];
    case 'preemptOff':
      return [step(run, false)];
    case 'kernel':
      return [step(run, kernel)];
    case 'mutex':
      return [
        step(sum(costs.syscall, costs.wakeup), kernel),
        step(costs.reschedIpi, false, false),
        step(run, true),
        step(sum(costs.syscall, costs.wakeup, costs.reschedIpi, costs.userReturn), kernel),
      ];
    case 'bh':
      if (isRt(instance)) return sleepingLockSteps(run, costs);
      return [step(NO_TIME, false), step(run, false), step(NO_TIME, false)];
    default:
      if (section.kind === 'spin' && isRt(instance)) return sleepingLockSteps(run, costs);
      return [waits, run].map((part) => step(part, false, section.kind !== 'raw'));
  }
}

/** spinlock_t on RT, and the lock of the bottom halves: a waiter lends, an owner wakes its heir. */
export function sleepingLockSteps(run: Figure, costs: LinuxFigures): Step[] {
  return [
    step(costs.piStep, true),
    step(costs.reschedIpi, false, false),
    step(run, true),
    step(sum(costs.wakeup, costs.reschedIpi), false, false),
  ];
}

/** How a section uses its lock; undefined if it has none. */
export function lockUse(section: Section, hold: Figure, instance: Instance): LockUse | undefined {
  if (section.kind === 'bh' && isRt(instance)) {
    return { lock: BOTTOM_HALVES, spins: false, irqOff: false, hold };
  }
  if (section.lock === undefined) return undefined;
  const spins = section.kind === 'raw' || (section.kind === 'spin' && !isRt(instance));
  return { lock: section.lock, spins, irqOff: section.kind === 'raw', hold };
}

/** Longest run of steps into which nothing stronger can break, after `lead`. */
export function longestStretch(
  lead: Figure,
  steps: readonly Step[],
  letsIn: (step: Step) => boolean,
): Figure {
  let stretch = lead;
  let result = lead;
  for (const one of steps) {
    if (letsIn(one)) {
      result = longest(result, stretch);
      stretch = NO_TIME;
    } else {
      stretch = sum(stretch, one.run);
    }
  }
  return longest(result, stretch);
}

export const userStep = (run: Figure): Step => step(run, true);
export const kernelStep = (run: Figure, instance: Instance): Step =>
  step(run, isPreemptible(instance));
export const maskedStep = (run: Figure): Step => step(run, false, false);

export function totalOf(steps: readonly Step[]): Figure {
  return sum(...steps.map(({ run }) => run));
}
