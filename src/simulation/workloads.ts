/**
 * Programs of what is measured: periodic jobs and the simulated instruments.
 *
 * cyclictest ([P] rt-tests): the time from the programmed expiry to the clock read in user mode.
 * timerlat ([S] kernel/trace/trace_osnoise.c): from expiry to the timer's handler, to its kernel
 * thread, and back in user mode. oslat: every interruption of a busy loop. hwlatdetect ([S]
 * kernel/trace/trace_hwlat.c): interruptions of a loop with interrupts off.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import type { ActivationCosts } from './activation.js';
import {
  activationDone,
  advanceRelease,
  skipToNextRelease,
  sleepSteps,
  wakeSteps,
} from './activation.js';
import { kernelCode } from './sections.js';
import type { System } from './system.js';

/** A job is complete; the next one may have been released already. */
export const jobDone: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  m.completions[task]++;
  m.measure.closeTask(m, task);
  advanceRelease(m, task);
  if (m.releaseNs[task] > m.nowNs) return pc + 1;
  m.measure.released(m, task, m.frameCpu[frame], m.frameCpu[frame]);
  return m.argument(pc);
};

/** cyclictest read its clock; expiries it has missed are skipped, as the program does. */
export const cyclictestDone: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  m.completions[task]++;
  m.measure.closeTask(m, task);
  skipToNextRelease(m, task);
  return pc + 1;
};

export function periodicProgram(
  start: number,
  run: Duration,
  sections: readonly StepSpec<System>[],
  costs: ActivationCosts,
  cause: string,
  preemptible: boolean,
): Array<StepSpec<System>> {
  const kernel = kernelCode(preemptible);
  return [
    ...wakeSteps(costs, `${cause}: return to user`, kernel),
    {
      name: 'job',
      duration: run,
      cause,
      accepts: ACCEPT_ALL,
      action: sections.length > 0 ? undefined : jobDone,
      argument: start,
    },
    ...sections,
    ...(sections.length > 0
      ? [
          {
            name: 'job done',
            duration: 'zero' as const,
            cause,
            accepts: ACCEPT_ALL,
            action: jobDone,
            argument: start,
          },
        ]
      : []),
    ...sleepSteps(costs, cause, kernel, start),
  ];
}

/** An instrument woken in the kernel returns to user mode, reads its clock and sleeps again. */
function readClock(
  start: number,
  clockRead: Duration,
  costs: ActivationCosts,
  cause: string,
  kernel: number,
  action: Action<System>,
): Array<StepSpec<System>> {
  return [
    ...wakeSteps(costs, 'return to user', kernel),
    { name: 'C_CLKREAD', duration: clockRead, cause: 'clock read', accepts: ACCEPT_ALL, action },
    ...sleepSteps(costs, cause, kernel, start),
  ];
}

export function cyclictestProgram(
  start: number,
  clockRead: Duration,
  costs: ActivationCosts,
  cause: string,
  preemptible: boolean,
): Array<StepSpec<System>> {
  const kernel = kernelCode(preemptible);
  return [...readClock(start, clockRead, costs, cause, kernel, cyclictestDone)];
}

/** Windows of timerlat: the thread's is the main one; the two others follow it. */
const timerlatThread: Action<System> = (m, frame, pc) => {
  m.measure.closeTask(m, frame - m.taskFrames);
  return pc + 1;
};

const timerlatUser: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  m.completions[task]++;
  m.measure.closeExtra(m, task, 1);
  skipToNextRelease(m, task);
  return pc + 1;
};

export function timerlatProgram(
  start: number,
  clockRead: Duration,
  costs: ActivationCosts,
  cause: string,
  preemptible: boolean,
): Array<StepSpec<System>> {
  const kernel = kernelCode(preemptible);
  return [
    {
      name: 'timerlat thread',
      kernelFunction: 'kernel/trace/trace_osnoise.c:timerlat_main',
      duration: 'zero',
      cause,
      accepts: 0,
      action: timerlatThread,
    },
    ...readClock(start, clockRead, costs, cause, kernel, timerlatUser),
  ];
}

export function hwlatProgram(
  start: number,
  width: Duration,
  costs: ActivationCosts,
  cause: string,
  preemptible: boolean,
): Array<StepSpec<System>> {
  return [
    {
      name: 'sampling',
      kernelFunction: 'kernel/trace/trace_hwlat.c:get_sample',
      duration: width,
      cause,
      accepts: 0,
    },
    {
      name: 'window done',
      duration: 'zero',
      cause,
      accepts: ACCEPT_ALL,
      action: activationDone,
      argument: start,
    },
    ...sleepSteps(costs, cause, kernelCode(preemptible), start),
  ];
}
