/** Sections of a thread's activation as steps: irq-off, preempt-off, locks, bottom halves. */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, ACCEPT_IRQ, type StepSpec } from '../engine/stepTable.js';
import { bottomHalfSection } from '../kernel/bottomHalf.js';
import { callSteps } from '../kernel/callFunction.js';
import { returnToUser } from '../kernel/lazy.js';
import { callRcuSteps } from '../kernel/rcuProgram.js';
import { readSleeping, writeSleeping } from '../kernel/rwLock.js';
import { rwSpinning } from '../kernel/rwSpin.js';
import { type LockCosts, sleepingLock } from '../kernel/sleepingLock.js';
import type { Section } from '../plan/normalized.js';
import { exitSteps } from './exitSections.js';
import { heldMutex, type MutexCosts } from './mutex.js';
import { spinningLock } from './spinningLock.js';
import type { System } from './system.js';

/** What a kernel lets through while it runs plain kernel code. */
export function kernelCode(preemptible: boolean): number {
  return preemptible ? ACCEPT_ALL : ACCEPT_IRQ;
}

export interface SectionContext {
  /** `thread build`: what the section's causes are named after. */
  readonly who: string;
  readonly rt: boolean;
  readonly preemptible: boolean;
  /** A fair thread displaces another one only at its return to user mode. */
  readonly lazy?: boolean;
  /** Waiters of a mutex with priority inheritance spin while the owner runs. */
  readonly adaptiveRtMutex: boolean;
  readonly costs: LockCosts & MutexCosts;
  /** Number of a section's lock. */
  lockOf(section: Section, position: number): number;
  /** Number of its call site. */
  siteOf(section: Section, position: number): number;
  /** Source of its duration, for what takes place outside the thread. */
  sourceOf(section: Section, position: number): number;
}

/** Steps of all sections of an activation, in order. */
export function sectionSteps(
  sections: readonly Section[],
  context: SectionContext,
): Array<StepSpec<System>> {
  return sections.flatMap((section, i) => {
    const steps = oneSection(section, i, context);
    return context.lazy ? [...steps, returnToUser<System>(steps[0].cause)] : steps;
  });
}

function oneSection(
  section: Section,
  position: number,
  context: SectionContext,
): Array<StepSpec<System>> {
  const { who, rt, preemptible } = context;
  const name = `${section.kind}${position}`;
  const kernel = kernelCode(preemptible);
  const hold = (accepts: number, what: string, action?: Action<System>): StepSpec<System> => ({
    name: `${name} hold`,
    duration: section.run,
    cause: `${what} of ${who}`,
    accepts,
    action,
  });
  switch (section.kind) {
    case 'irqOff':
      return [hold(0, 'irq-off section')];
    case 'preemptOff':
      return [hold(ACCEPT_IRQ, 'preempt-off section')];
    case 'kernel':
      return [hold(kernel, 'kernel section')];
    case 'bh':
      return bottomHalfSection(
        name,
        `bottom-half-off section of ${who}`,
        { rt, accepts: kernel, costs: context.costs },
        [hold(rt ? kernel : ACCEPT_IRQ, 'bottom-half-off section')],
      );
    case 'rcu':
      return callRcuSteps(
        name,
        section.run,
        section.count ?? 1,
        `kernel section of ${who}`,
        kernel,
        context.costs,
      );
    case 'call':
    case 'tlbFlush':
      return callSteps(
        context.siteOf(section, position),
        context.costs,
        `${section.kind} by ${who}`,
      );
    case 'exit':
    case 'ioeventfd':
    case 'userExit':
    case 'print':
      return exitSteps(section, position, context);
    default:
      return lockSteps(section, position, context, hold);
  }
}

function lockSteps(
  section: Section,
  position: number,
  context: SectionContext,
  hold: (accepts: number, what: string) => StepSpec<System>,
): Array<StepSpec<System>> {
  const { who, rt, preemptible, costs } = context;
  const argument = context.lockOf(section, position);
  const lock = section.lock ?? 'own lock';
  const name = `${section.kind}${position}`;
  if (section.kind === 'mutex') {
    // In user mode: whatever comes is let through.
    const held = [hold(ACCEPT_ALL, `lock ${lock}`)];
    return heldMutex(`lock ${lock}`, argument, costs, who, kernelCode(preemptible), held);
  }
  if (section.kind === 'read' || section.kind === 'write') {
    const writes = section.kind === 'write';
    if (!rt) {
      const of = { name, label: lock, who, lock: argument };
      return rwSpinning(of, writes, ACCEPT_IRQ, hold(ACCEPT_IRQ, `lock ${lock}`));
    }
    const accepts = kernelCode(preemptible);
    const of = { name, cause: `lock ${lock} of ${who}`, lock: argument, accepts, costs };
    const held = hold(accepts, `lock ${lock}`);
    return writes ? writeSleeping(of, held) : readSleeping(of, held);
  }
  if (section.kind === 'spin' && rt) {
    const accepts = kernelCode(preemptible);
    const held = hold(accepts, `lock ${lock}`);
    const cause = `lock ${lock} of ${who}`;
    return sleepingLock({ name, cause, lock: argument, accepts, costs }, [held]);
  }
  // raw_spinlock_t with interrupts off, or a spinlock_t without RT: interrupts stay on.
  const accepts = section.kind === 'raw' ? 0 : ACCEPT_IRQ;
  return spinningLock(name, lock, who, argument, accepts, [hold(accepts, `lock ${lock}`)]);
}
