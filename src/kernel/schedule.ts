/**
 * The scheduler: which thread a CPU runs next, and the switch to it.
 *
 * [S] kernel/sched/core.c __schedule, pick_next_task, context_switch. The choice is made when the
 * switch begins; a stronger thread that becomes ready during the switch waits for its end (D_ST).
 */
import { ACCEPT_RESCHED, type Duration, type StepSpec } from '../engine/stepTable.js';
import type { Action } from '../engine/engine.js';
import { CPU_PROGRAMS, LEVEL_SWITCH, LEVELS, PROGRAM_SWITCH } from './cpu.js';
import { pickDeadline } from './deadline.js';
import { afterFairDequeue, afterFairEnqueue, serverMayRun, stopServerIfIdle } from './fairServer.js';
import { needsProgramming } from './hrtimer.js';
import { pullFair } from './placement.js';
import type { Kernel } from './kernel.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';
import { accountRt } from './throttle.js';
import { updateTick } from './tick.js';

/** Puts a runnable thread into its CPU's queue. */
export function enqueue(k: Kernel, task: number, atHead: boolean): void {
  const cpu = k.task.cpu[task];
  switch (k.task.class[task]) {
    case CLASS_RT:
      k.rt.add(k.task, cpu, task, atHead);
      break;
    case CLASS_FAIR:
      k.fair.add(k.task, cpu, task, k.traitsOf(cpu).fairSliceNs);
      afterFairEnqueue(k, cpu);
      break;
    case CLASS_DEADLINE:
      k.deadlineCount[cpu]++;
      break;
  }
}

/** Takes a thread out of its CPU's queue. */
export function dequeue(k: Kernel, task: number): void {
  const cpu = k.task.cpu[task];
  switch (k.task.class[task]) {
    case CLASS_RT:
      k.rt.remove(k.task, cpu, task);
      break;
    case CLASS_FAIR:
      k.fair.remove(k.task, cpu, task);
      afterFairDequeue(k, cpu);
      break;
    case CLASS_DEADLINE:
      k.deadlineCount[cpu]--;
      break;
  }
}

/** Accounts the CPU time of the current thread up to now (update_curr of its class). */
export function account(k: Kernel, cpu: number): void {
  const ranNs = k.nowNs - k.cpu.accountedNs[cpu];
  if (ranNs === 0) return;
  k.cpu.accountedNs[cpu] = k.nowNs;
  const task = k.cpu.current[cpu];
  const { task: tasks } = k;
  tasks.ranNs[task] += ranNs;
  switch (tasks.class[task]) {
    case CLASS_RT:
      accountRt(k, cpu, ranNs);
      break;
    case CLASS_FAIR:
      tasks.vruntimeNs[task] += ranNs;
      if (k.server.state[cpu] !== 0) k.server.budgetNs[cpu] -= ranNs;
      break;
    case CLASS_DEADLINE:
      tasks.budgetNs[task] -= ranNs;
      break;
  }
}

/** The thread that a CPU should run now, by class order. */
export function pickNext(k: Kernel, cpu: number): number {
  if (k.deadlineCount[cpu] > 0 || k.server.state[cpu] !== 0) {
    stopServerIfIdle(k, cpu);
    const task = pickDeadline(k, cpu);
    if (task >= 0) return task;
    if (serverMayRun(k, cpu)) return k.fair.first(k.task, cpu);
  }
  if (k.throttle.throttled[cpu] === 0) {
    const task = k.rt.first(cpu);
    if (task >= 0) return task;
  }
  if (k.fair.count[cpu] > 0) return k.fair.first(k.task, cpu);
  return pullFair(k, cpu) ? k.fair.first(k.task, cpu) : k.cpu.idleTask[cpu];
}

/** Runs the scheduler on a CPU whose thread has been paused or has blocked. */
export function schedule(k: Kernel, cpu: number, lane: number): void {
  const { cpu: cpus } = k;
  const previous = cpus.current[cpu];
  if (previous === cpus.idleTask[cpu]) {
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
    updateTick(k, cpu);
    if (needsProgramming(k, cpu)) {
      cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
      const program = cpus.program[cpu * CPU_PROGRAMS + PROGRAM_SWITCH];
      k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, program + 1);
    } else {
      k.resume(lane, k.taskFrames + previous);
    }
    return;
  }
  if (k.task.runnable[previous] === 1 && k.task.ranNs[previous] > 0 && previous !== cpus.idleTask[cpu]) {
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
  updateTick(k, cpu);
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
