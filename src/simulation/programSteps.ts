/** Single steps of a thread's program as steps of the engine; see threadProgram.ts. */
import { constantLaw, type Law } from '../base/law.js';
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, ACCEPT_IRQ, type Duration, type StepSpec } from '../engine/stepTable.js';
import { bottomHalfSection } from '../kernel/bottomHalf.js';
import { tell } from '../kernel/rescheduleIpi.js';
import type { ProgramStep } from '../plan/threadProgram.js';
import { type ActivationCosts, wakeSteps } from './activation.js';
import { exitSteps } from './exitSections.js';
import {
  armSleep,
  awaitMoved,
  blockUntilWoken,
  changeCpus,
  programDevice,
} from './programActions.js';
import { kernelCode, type SectionContext } from './sections.js';
import type { System } from './system.js';

/** What a program's steps refer to, by number. */
export interface ProgramReferences {
  task(thread: string): number;
  lock(name: string): number;
  /** Number of a change of policy in {@link ProgramColumns.changes}. */
  change(step: Extract<ProgramStep, { kind: 'policy' }>): number;
  /** Number of a change of CPUs in {@link ProgramColumns.affinities}. */
  affinity(step: Extract<ProgramStep, { kind: 'cpus' }>): number;
}

export interface ProgramContext {
  /** Number of the first step. */
  readonly start: number;
  readonly cause: string;
  readonly costs: ActivationCosts;
  readonly section: SectionContext;
  readonly refer: ProgramReferences;
  /** False: it runs once. */
  readonly repeats: boolean;
}

export function timed(
  name: string,
  cause: string,
  duration: Law | 'dynamic',
  accepts: number,
): StepSpec<System> {
  return { name, duration, cause, accepts };
}

export function bottomHalvesOff(
  name: string,
  ns: number,
  { section }: ProgramContext,
): Array<StepSpec<System>> {
  const { rt, preemptible, costs, who } = section;
  const accepts = kernelCode(preemptible);
  const cause = `bottom-half-off section of ${who}`;
  const held = timed(
    `${name} bottom halves off`,
    cause,
    constantLaw(ns),
    rt ? accepts : ACCEPT_IRQ,
  );
  return bottomHalfSection(name, cause, { rt, accepts, costs }, [held]);
}

/** A register of a device in QEMU. */
export function userExit(
  name: string,
  ns: number,
  section: SectionContext,
): Array<StepSpec<System>> {
  const position = Number.parseInt(name, 10);
  const steps = exitSteps({ kind: 'userExit', run: constantLaw(ns) }, position, section);
  return steps.map((one) => ({ ...one, name: `${name} exit` }));
}

export function zero(
  name: string,
  cause: string,
  action?: Action<System>,
  argument?: number,
): StepSpec<System> {
  return { name, duration: 'zero', cause, accepts: ACCEPT_ALL, action, argument };
}

export const numbered = (m: System, ns: number): number => m.programs.sleepsNs.push(ns) - 1;

export function sleeping(
  name: string,
  { cause, costs, section }: ProgramContext,
  action: Action<System>,
  argument: number,
): Array<StepSpec<System>> {
  const kernel = kernelCode(section.preemptible);
  const step = (
    what: string,
    duration: Duration,
    accepts: number,
    act: Action<System>,
  ): StepSpec<System> => ({
    name: `${name} ${what}`,
    kernelFunction: 'kernel/time/hrtimer.c:hrtimer_nanosleep',
    duration,
    cause,
    accepts,
    action: act,
    argument,
  });
  return [
    step('C_SYSCALL', costs.syscall, kernel, action),
    step('C_HRTIMER_ARM', costs.hrtimerArm, kernel, armSleep),
    step('C_CLKEVT_PROG', costs.clockeventProgram, 0, programDevice),
    step('block', 'zero', 0, blockUntilWoken),
    ...wakeSteps(costs, cause, kernel).map((one) => ({ ...one, name: `${name} ${one.name}` })),
  ];
}

/** sched_setaffinity; who moves another thread waits until that is done. */
export function changingCpus(
  name: string,
  context: ProgramContext,
  argument: number,
): Array<StepSpec<System>> {
  return [
    ...telling(`${name} cpus`, context, changeCpus, argument),
    zero(`${name} cpus: moved`, context.cause, awaitMoved, argument),
  ];
}

/** A system call that may make another CPU reschedule. */
export function telling(
  name: string,
  { cause, section }: ProgramContext,
  action: Action<System>,
  argument: number,
): Array<StepSpec<System>> {
  return [
    { name, duration: section.costs.wakeup, cause, accepts: 0, action, argument },
    {
      name: `${name} C_IPI`,
      duration: section.costs.reschedIpi,
      cause,
      accepts: 0,
      action: tell,
    },
  ];
}
