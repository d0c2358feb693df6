/**
 * Threads that sleep until their next activation: [S] kernel/time/hrtimer.c
 * hrtimer_nanosleep, __hrtimer_init_sleeper. The sleep of a realtime thread expires in hard
 * interrupt context; on RT every other thread's expires in softirq context.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { armPinnedTimer, armTimer, needsProgramming } from '../kernel/hrtimer.js';
import { TIMER_MEASURE } from '../kernel/hrtimerQueue.js';
import { sleep } from '../kernel/schedule.js';
import type { System } from './system.js';

/** Costs of sleeping and waking, of the Linux that the thread belongs to. */
export interface ActivationCosts {
  readonly syscall: Duration;
  readonly hrtimerArm: Duration;
  readonly clockeventProgram: Duration;
  readonly userReturn: Duration;
  readonly contextTracking: Duration;
}

/** Steps of {@link sleepSteps}, relative to its first. */
const ARM = 1;
const PROGRAM = 2;
const BLOCK = 3;

/** Queues the sleep timer; its window, if it has one, waits on the lane that will fire. */
export const arm: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  const cpu = m.frameCpu[frame];
  const timer = m.task.timer[task];
  let target = cpu;
  // timerlat's timer is pinned (HRTIMER_MODE_ABS_PINNED_HARD); a sleep's is not.
  if (m.timers.kind[timer] === TIMER_MEASURE) armPinnedTimer(m, timer, m.releaseNs[task], cpu);
  else target = armTimer(m, timer, m.releaseNs[task], cpu);
  m.measure.released(m, task, cpu, target);
  return needsProgramming(m, cpu) ? pc - ARM + PROGRAM : pc - ARM + BLOCK;
};

export const programDevice: Action<System> = (m, frame, pc, lane) =>
  m.programTimer(m.frameCpu[frame], frame, pc + 1, lane);

/** The thread blocks; its activation begins at the first step of its program, in `argument`. */
export const block: Action<System> = (m, frame, pc, lane) => {
  const task = frame - m.taskFrames;
  // The timer may have expired while its device was being written: then there is no sleep.
  if (m.timers.queue[m.task.timer[task]] < 0) return m.argument(pc);
  return sleep(m, task, m.argument(pc), lane);
};

/** The steps from "activation done" to "asleep"; the release is in `releaseNs`. */
export function sleepSteps(
  costs: ActivationCosts,
  cause: string,
  accepts: number,
  start: number,
): Array<StepSpec<System>> {
  const file = 'kernel/time/hrtimer.c';
  return [
    {
      name: 'C_SYSCALL',
      kernelFunction: `${file}:hrtimer_nanosleep`,
      duration: costs.syscall,
      cause,
      accepts,
    },
    {
      name: 'C_HRTIMER_ARM',
      kernelFunction: `${file}:hrtimer_start_range_ns`,
      duration: costs.hrtimerArm,
      cause,
      accepts,
      action: arm,
    },
    {
      name: 'C_CLKEVT_PROG',
      kernelFunction: `${file}:hrtimer_reprogram`,
      duration: costs.clockeventProgram,
      cause,
      accepts: 0,
      action: programDevice,
    },
    {
      name: 'block',
      kernelFunction: `${file}:do_nanosleep`,
      duration: 'zero',
      cause,
      accepts: 0,
      action: block,
      argument: start,
    },
  ];
}

/** Kernel to user mode after a wake-up. */
export function wakeSteps(
  costs: ActivationCosts,
  cause: string,
  accepts: number,
): Array<StepSpec<System>> {
  const tracking: Array<StepSpec<System>> =
    costs.contextTracking === 'zero'
      ? []
      : [
          {
            name: 'C_CTXTRACK',
            kernelFunction: 'kernel/context_tracking.c:ct_user_enter',
            duration: costs.contextTracking,
            cause,
            accepts: 0,
          },
        ];
  return [
    ...tracking,
    {
      name: 'C_USER_RETURN',
      kernelFunction: 'kernel/entry/common.c:syscall_exit_to_user_mode',
      duration: costs.userReturn,
      cause,
      accepts,
    },
  ];
}

/** Sets the next release after the current one; never before it. */
export function advanceRelease(m: System, task: number): void {
  m.releaseNs[task] += Math.max(1, m.costs.draw(m.everyCost[task]));
}

/** The activation is over: when is the next? Those missed while it ran are made up for at once. */
export const activationDone: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  m.completions[task]++;
  advanceRelease(m, task);
  return m.releaseNs[task] <= m.nowNs ? m.argument(pc) : pc + 1;
};

/** The next release that is still to come: the ones that were missed are skipped. */
export function skipToNextRelease(m: System, task: number): void {
  do advanceRelease(m, task);
  while (m.releaseNs[task] <= m.nowNs);
}
