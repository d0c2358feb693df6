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
import { balances, nothingStronger, pullTarget, push, pushCandidate, waits } from './rtBalance.js';
import { account, dequeue, pickNext } from './runQueue.js';
import { CLASS_RT } from './task.js';
import { updateTick } from './tick.js';

/** Steps of a switch, relative to the first. */
const PROGRAM_DEVICE = 1;
const SWITCH_END = 2;
const PULL_IPI = 3;
const PUSH = 4;
const PUSH_MORE = 6;

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
  const program = cpus.program[cpu * CPU_PROGRAMS + PROGRAM_SWITCH];
  const pullFrom = balances(k, cpu) && nothingStronger(k, cpu, previous) ? pullTarget(k, cpu) : -1;
  if (pullFrom >= 0) cpus.ipiTarget[cpu] = pullFrom;
  if (following === previous) {
    updateTick(k, cpu, false);
    if (pullFrom >= 0 || needsProgramming(k, cpu)) {
      cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
      const first = program + (pullFrom >= 0 ? PULL_IPI : PROGRAM_DEVICE);
      k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, first);
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
  if (k.task.runnable[previous] === 1 && balances(k, cpu)) waits(k, previous);
  k.switches++;
  k.task.switchedOut[previous] = 1;
  cpus.switchingTo[cpu] = following;
  cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
  k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, pullFrom >= 0 ? program + PULL_IPI : program);
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
  const mayPush = k.task.class[task] === CLASS_RT && pushCandidate(k, cpu) >= 0;
  return mayPush ? pc + PUSH : endSwitch(k, frame, pc, lane);
};

/** The device follows what the switch did to the tick. */
function endSwitch(k: Kernel, frame: number, base: number, lane: number): number {
  return needsProgramming(k, k.frameCpu[frame])
    ? base + PROGRAM_DEVICE
    : leaveSwitch(k, frame, base + SWITCH_END, lane);
}

/** irq_work_queue_on: an overloaded CPU is asked to push. */
const sendPull: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const target = k.cpu.ipiTarget[cpu];
  k.cpu.ipiTarget[cpu] = -1;
  const base = pc - PULL_IPI;
  const programs = k.cpu.switchingTo[cpu] < 0 && needsProgramming(k, cpu);
  const after = k.cpu.switchingTo[cpu] >= 0 ? 0 : programs ? PROGRAM_DEVICE : SWITCH_END;
  return k.sendCall(cpu, target, frame, base + after, lane);
};

/** push_rt_task as a balance callback of the switch. */
const pushOne: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  k.cpu.ipiTarget[cpu] = push(k, cpu, cpu);
  return k.cpu.ipiTarget[cpu] >= 0 ? pc + 1 : pushMore(k, frame, pc + 2, lane);
};

const sendPushed: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const target = k.cpu.ipiTarget[cpu];
  k.cpu.ipiTarget[cpu] = -1;
  return k.sendReschedule(cpu, target, frame, pc + 1, lane);
};

/** push_rt_tasks: until nothing can be pushed. */
const pushMore: Action<Kernel> = (k, frame, pc, lane) => {
  const base = pc - PUSH_MORE;
  return pushCandidate(k, k.frameCpu[frame]) >= 0 ? base + PUSH : endSwitch(k, frame, base, lane);
};

const programAfterSwitch: Action<Kernel> = (k, frame, pc, lane) =>
  k.programTimer(k.frameCpu[frame], frame, pc + 1, lane);

const leaveSwitch: Action<Kernel> = (k, frame, _pc, lane) => {
  const cpu = k.frameCpu[frame];
  k.cpu.levels[cpu] &= ~(1 << LEVEL_SWITCH);
  k.resume(lane, k.taskFrames + k.cpu.current[cpu]);
  return -1;
};

export interface SwitchCosts {
  readonly contextSwitch: Duration;
  readonly clockeventProgram: Duration;
  readonly migrate: Duration;
  readonly reschedIpi: Duration;
}

/** Steps of a context switch. */
export function switchProgram(
  { contextSwitch, clockeventProgram, migrate, reschedIpi }: SwitchCosts,
  causePrefix: string,
): Array<StepSpec<Kernel>> {
  const cause = `${causePrefix}context switch`;
  const balancing = `${causePrefix}realtime balancing`;
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
    {
      name: 'C_IPI',
      kernelFunction: 'kernel/sched/rt.c:tell_cpu_to_push',
      duration: reschedIpi,
      cause: balancing,
      accepts: 0,
      action: sendPull,
    },
    {
      name: 'C_MIGRATE',
      kernelFunction: 'kernel/sched/rt.c:push_rt_task',
      duration: migrate,
      cause: balancing,
      accepts: 0,
      action: pushOne,
    },
    {
      name: 'C_IPI',
      kernelFunction: 'kernel/sched/core.c:resched_curr',
      duration: reschedIpi,
      cause: balancing,
      accepts: 0,
      action: sendPushed,
    },
    {
      name: 'push more',
      kernelFunction: 'kernel/sched/rt.c:push_rt_tasks',
      duration: 'zero',
      cause: balancing,
      accepts: 0,
      action: pushMore,
    },
  ];
}
