/**
 * Threads that follow a program of steps: computing, sleeping, mutexes with priority inheritance
 * (FUTEX_LOCK_PI: [S] kernel/futex/pi.c), changes of policy, waking each other.
 *
 * A step's name begins with its number in the program, as in `2: run`. Left out: what the system
 * calls cost beyond waking, lending a priority and arming a timer.
 */
import { constantLaw, type Law } from '../base/law.js';
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, ACCEPT_IRQ, type Duration, type StepSpec } from '../engine/stepTable.js';
import { acquireSteps, releaseSteps } from '../kernel/sleepingLock.js';
import type { ProgramStep } from '../plan/threadProgram.js';
import { type ActivationCosts, activationDone, sleepSteps, wakeSteps } from './activation.js';
import { exitSteps } from './exitSections.js';
import {
  armSleep,
  beginProgram,
  blockUntilWoken,
  changePolicy,
  over,
  programDevice,
  sendIpi,
  sleepFor,
  sleepUntil,
  waitForToken,
  wakeOther,
  yieldNow,
} from './programActions.js';
import { kernelCode, type SectionContext } from './sections.js';
import type { System } from './system.js';

/** What a program's steps refer to, by number. */
export interface ProgramReferences {
  task(thread: string): number;
  lock(name: string): number;
  /** Number of a change of policy in {@link ProgramColumns.changes}. */
  change(step: Extract<ProgramStep, { kind: 'policy' }>): number;
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

/** The steps of a whole program, its sleeps between two activations included. */
export function programSteps(
  m: System,
  program: readonly ProgramStep[],
  context: ProgramContext,
): Array<StepSpec<System>> {
  const { cause, costs, section, start, repeats } = context;
  const kernel = kernelCode(section.preemptible);
  const steps: Array<StepSpec<System>> = [
    ...wakeSteps(costs, cause, kernel),
    zero('begin', cause, beginProgram, repeats ? 1 : 0),
  ];
  program.forEach((step, i) => {
    steps.push(...oneStep(m, `${i}:`, step, context));
    // A step ends in user mode: whoever preempts at the return of its system call comes before.
    steps.push(zero(`${i}: end`, cause));
  });
  if (repeats) {
    steps.push({ ...zero(`${program.length}: end`, cause, activationDone, start) });
    return [...steps, ...sleepSteps(costs, cause, kernel, start)];
  }
  return [...steps, zero(`${program.length}: end`, cause, over)];
}

function oneStep(
  m: System,
  name: string,
  step: ProgramStep,
  context: ProgramContext,
): Array<StepSpec<System>> {
  const { cause, section, refer } = context;
  const kernel = kernelCode(section.preemptible);
  const lockSteps = (lock: string) => ({
    name,
    cause: `mutex ${lock} of ${section.who}`,
    lock: refer.lock(lock),
    accepts: kernel,
    costs: section.costs,
  });
  switch (step.kind) {
    case 'run':
      return [timed(`${name} run`, cause, constantLaw(step.ns), ACCEPT_ALL)];
    case 'preemptOff':
      return [
        timed(
          `${name} preemption off`,
          `preempt-off section of ${section.who}`,
          constantLaw(step.ns),
          ACCEPT_IRQ,
        ),
      ];
    case 'userExit':
      return userExit(name, step.ns, section);
    case 'runForever':
      return [timed(`${name} run forever`, cause, 'dynamic', ACCEPT_ALL)];
    case 'sleep':
      return sleeping(name, context, sleepFor, numbered(m, step.ns));
    case 'sleepUntil':
      return sleeping(name, context, sleepUntil, numbered(m, step.ns));
    case 'lock':
      return acquireSteps(lockSteps(step.lock), false, section.adaptiveRtMutex);
    case 'unlock':
      return releaseSteps(lockSteps(step.lock));
    case 'yield':
      return [zero(`${name} yield`, cause, yieldNow)];
    case 'wait':
      return [zero(`${name} wait`, cause, waitForToken)];
    case 'wake':
      return telling(`${name} wake`, context, wakeOther, refer.task(step.thread));
    case 'policy':
      return telling(`${name} policy`, context, changePolicy, refer.change(step));
  }
}

function timed(
  name: string,
  cause: string,
  duration: Law | 'dynamic',
  accepts: number,
): StepSpec<System> {
  return { name, duration, cause, accepts };
}

/** A register of a device in QEMU. */
function userExit(name: string, ns: number, section: SectionContext): Array<StepSpec<System>> {
  const position = Number.parseInt(name, 10);
  const steps = exitSteps({ kind: 'userExit', run: constantLaw(ns) }, position, section);
  return steps.map((one) => ({ ...one, name: `${name} exit` }));
}

function zero(
  name: string,
  cause: string,
  action?: Action<System>,
  argument?: number,
): StepSpec<System> {
  return { name, duration: 'zero', cause, accepts: ACCEPT_ALL, action, argument };
}

const numbered = (m: System, ns: number): number => m.programs.sleepsNs.push(ns) - 1;

function sleeping(
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

/** A system call that may make another CPU reschedule. */
function telling(
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
      action: sendIpi,
    },
  ];
}
