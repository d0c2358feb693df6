/**
 * The scheduler: which thread a CPU runs next, and the switch to it.
 *
 * [S] kernel/sched/core.c __schedule, pick_next_task, context_switch. The choice is made when the
 * switch begins; a stronger thread that becomes ready during the switch waits for its end (D_ST).
 */

import type { Action } from '../engine/program.js';
import { ACCEPT_RESCHED, type Duration, type StepSpec } from '../engine/stepTable.js';
import { CPU_PROGRAMS, LEVEL_SWITCH, LEVELS, PROGRAM_SWITCH } from './cpu.js';
import { needsProgramming } from './hrtimer.js';
import type { Kernel } from './kernel.js';
import { account, dequeue, pickNext } from './runQueue.js';
import { updateTick } from './tick.js';

/** Runs the scheduler on a CPU whose thread has been paused or has blocked. */
export function schedule(k: Kernel, cpu: number, lane: number): void {
  const { cpu: cpus } = k;
  const previous = cpus.current[cpu];
  if (previous === cpus.idleTask[cpu]) {
    // do_idle: the next time it idles it chooses its C-state anew.
    k.restartIdle(cpu);
    const wakeUp = k.sleepExitProgram(cpu);
    if (wakeUp >= 0) {
      cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
      k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, wakeUp);
      return;
    }
  }
  account(k, cpu);
  k.attention[cpu] &= ~ACCEPT_RESCHED;
  const following = pickNext(k, cpu);
  if (following === previous) {
    updateTick(k, cpu, false);
    if (needsProgramming(k, cpu)) {
      cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
      const program = cpus.program[cpu * CPU_PROGRAMS + PROGRAM_SWITCH];
      k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, program + 1);
    } else {
      k.resume(lane, k.taskFrames + previous);
    }
    return;
  }
  if (
    k.task.runnable[previous] === 1 &&
    k.task.ranNs[previous] > 0 &&
    previous !== cpus.idleTask[cpu]
  ) {
    k.preemptions++;
  }
  k.switches++;
  k.task.switchedOut[previous] = 1;
  cpus.switchingTo[cpu] = following;
  cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
  k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, cpus.program[cpu * CPU_PROGRAMS + PROGRAM_SWITCH]);
}

/** The current thread of a CPU stops being runnable; it continues at step `pc` when woken. */
export function sleep(k: Kernel, task: number, pc: number, lane: number): number {
  const frame = k.taskFrames + task;
  k.framePc[frame] = pc;
  k.frameRemainingNs[frame] = -1;
  const cpu = k.task.cpu[task];
  account(k, cpu);
  dequeue(k, task);
  k.task.runnable[task] = 0;
  schedule(k, cpu, lane);
  return -1;
}

/** End of a context switch: the chosen thread is current. */
const finishSwitch: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const task = k.cpu.switchingTo[cpu];
  k.cpu.current[cpu] = task;
  k.cpu.switchingTo[cpu] = -1;
  k.cpu.accountedNs[cpu] = k.nowNs;
  k.task.totalNs[task] += k.task.ranNs[task];
  k.task.ranNs[task] = 0;
  updateTick(k, cpu, task === k.cpu.idleTask[cpu]);
  return needsProgramming(k, cpu) ? pc + 1 : leaveSwitch(k, frame, pc, lane);
};

const programAfterSwitch: Action<Kernel> = (k, frame, pc, lane) =>
  k.programTimer(k.frameCpu[frame], frame, pc + 1, lane);

const leaveSwitch: Action<Kernel> = (k, frame, _pc, lane) => {
  const cpu = k.frameCpu[frame];
  k.cpu.levels[cpu] &= ~(1 << LEVEL_SWITCH);
  k.resume(lane, k.taskFrames + k.cpu.current[cpu]);
  return -1;
};

/** Steps of a context switch. */
export function switchProgram(
  contextSwitch: Duration,
  clockeventProgram: Duration,
  causePrefix: string,
): Array<StepSpec<Kernel>> {
  const cause = `${causePrefix}context switch`;
  return [
    {
      name: 'C_SWITCH',
      kernelFunction: 'kernel/sched/core.c:__schedule',
      duration: contextSwitch,
      cause,
      accepts: 0,
      action: finishSwitch,
    },
    {
      name: 'C_CLKEVT_PROG',
      kernelFunction: 'kernel/time/tick-sched.c:tick_nohz_idle_stop_tick',
      duration: clockeventProgram,
      cause: `${causePrefix}timer reprogramming`,
      accepts: 0,
      action: programAfterSwitch,
    },
    {
      name: 'switch end',
      kernelFunction: 'kernel/sched/core.c:finish_task_switch',
      duration: 'zero',
      cause,
      accepts: 0,
      action: leaveSwitch,
    },
  ];
}
