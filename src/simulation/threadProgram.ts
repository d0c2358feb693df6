/**
 * Threads that follow a program of steps: computing, sleeping, mutexes with priority inheritance
 * (FUTEX_LOCK_PI: [S] kernel/futex/pi.c), changes of policy and CPUs, waking each other.
 *
 * A step's name begins with its number in the program, as in `2: run`. Left out: what the system
 * calls cost beyond waking, lending a priority and arming a timer.
 */
import { constantLaw } from '../base/law.js';
import { ACCEPT_ALL, ACCEPT_IRQ, type StepSpec } from '../engine/stepTable.js';
import { acquireSteps, releaseSteps } from '../kernel/sleepingLock.js';
import type { ProgramStep } from '../plan/threadProgram.js';
import { activationDone, sleepSteps, wakeSteps } from './activation.js';
import {
  beginProgram,
  changePolicy,
  over,
  sleepFor,
  sleepUntil,
  waitForToken,
  wakeOther,
  yieldNow,
} from './programActions.js';
import {
  bottomHalvesOff,
  changingCpus,
  numbered,
  type ProgramContext,
  sleeping,
  telling,
  timed,
  userExit,
  zero,
} from './programSteps.js';
import { kernelCode } from './sections.js';
import type { System } from './system.js';

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
    case 'bhOff':
      return bottomHalvesOff(name, step.ns, context);
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
    case 'cpus':
      return changingCpus(name, context, refer.affinity(step));
  }
}
