/**
 * The steps of a switch: to the chosen thread, then its balance callbacks and the device.
 * [S] kernel/sched/core.c context_switch, finish_task_switch, __balance_callbacks.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ, type Duration, type StepSpec } from '../engine/stepTable.js';
import { ownerLeft } from './adaptiveSpin.js';
import { CPU_PROGRAMS, LEVEL_SWITCH, PROGRAM_SWITCH } from './cpu.js';
import { balancesDeadlines, pushesAfterSwitch } from './deadlineBalance.js';
import { balanceSteps, PUSH_DEADLINE } from './deadlineSteps.js';
import { needsProgramming } from './hrtimer.js';
import type { Kernel } from './kernel.js';
import { tell } from './rescheduleIpi.js';
import { push, pushCandidate } from './rtBalance.js';
import { CLASS_RT } from './task.js';
import { updateTick } from './tick.js';

/** Steps of a switch, relative to the first. */
export const PROGRAM_DEVICE = 1;
const SWITCH_END = 2;
export const PULL_IPI = 3;
const PUSH = 4;
const PUSH_MORE = 6;
const REFILL = 7;

/** End of a context switch: the chosen thread is current. */
export const finishSwitch: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const task = k.cpu.switchingTo[cpu];
  const previous = k.cpu.current[cpu];
  k.cpu.current[cpu] = task;
  k.cpu.switchingTo[cpu] = -1;
  if (k.locks.spinning > 0) ownerLeft(k, previous);
  k.cpu.accountedNs[cpu] = k.nowNs;
  k.task.totalNs[task] += k.task.ranNs[task];
  k.task.ranNs[task] = 0;
  updateTick(k, cpu, task === k.cpu.idleTask[cpu]);
  const mayPush = k.task.class[task] === CLASS_RT && pushCandidate(k, cpu) >= 0;
  if (balancesDeadlines(k, cpu) && pushesAfterSwitch(k, cpu)) return pc + PUSH_DEADLINE;
  return mayPush ? pc + PUSH : endSwitch(k, frame, pc, lane);
};

/** The device follows what the switch did to the tick. */
export function endSwitch(k: Kernel, frame: number, base: number, lane: number): number {
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

/** push_rt_tasks: until nothing can be pushed. */
const pushMore: Action<Kernel> = (k, frame, pc, lane) => {
  const base = pc - PUSH_MORE;
  return pushCandidate(k, k.frameCpu[frame]) >= 0 ? base + PUSH : endSwitch(k, frame, base, lane);
};

const programAfterSwitch: Action<Kernel> = (k, frame, pc, lane) =>
  k.programTimer(k.frameCpu[frame], frame, pc + 1, lane);

const leaveSwitch: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  if (k.coldCaches) {
    const refillNs = k.threadArrives(cpu, k.cpu.current[cpu], lane);
    if (refillNs > 0) {
      k.frameDynamicNs[frame] = refillNs;
      return k.cpu.program[cpu * CPU_PROGRAMS + PROGRAM_SWITCH] + REFILL;
    }
  }
  return toThread(k, frame, pc, lane);
};

const toThread: Action<Kernel> = (k, frame, _pc, lane) => {
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
  const core = 'kernel/sched/core.c';
  const rt = 'kernel/sched/rt.c';
  const step = (
    name: string,
    kernelFunction: string | undefined,
    duration: Duration,
    what: string,
    action: Action<Kernel>,
    accepts = 0,
  ): StepSpec<Kernel> => ({ name, kernelFunction, duration, cause: what, accepts, action });
  return [
    step('C_SWITCH', `${core}:__schedule`, contextSwitch, cause, finishSwitch),
    step(
      'C_CLKEVT_PROG',
      'kernel/time/tick-sched.c:tick_nohz_idle_stop_tick',
      clockeventProgram,
      `${causePrefix}timer reprogramming`,
      programAfterSwitch,
    ),
    step('switch end', `${core}:finish_task_switch`, 'zero', cause, leaveSwitch),
    step('C_IPI', `${rt}:tell_cpu_to_push`, reschedIpi, balancing, sendPull),
    step('C_MIGRATE', `${rt}:push_rt_task`, migrate, balancing, pushOne),
    step('C_IPI', `${core}:resched_curr`, reschedIpi, balancing, tell),
    step('push more', `${rt}:push_rt_tasks`, 'zero', balancing, pushMore),
    step('cache refill', undefined, 'dynamic', `${causePrefix}cold cache`, toThread, ACCEPT_IRQ),
    ...balanceSteps({ migrate, reschedIpi }, causePrefix),
  ];
}
