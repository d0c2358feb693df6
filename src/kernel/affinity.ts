/**
 * Changing the CPUs that a thread may use while it lives.
 *
 * [S] kernel/sched/core.c __sched_setaffinity, affine_move_task, migration_cpu_stop. A thread that waits
 * for its CPU is moved at once; one that runs is moved by the stopper of its CPU, the strongest thread
 * there, and who asked for it sleeps until that is done; one that sleeps wakes elsewhere. Left out: that
 * of several allowed CPUs another than the first may be chosen (cpumask_any_and_distribute), and threads
 * that may not migrate at that moment, which stay.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import { tell, tellTarget } from './rescheduleIpi.js';
import { enqueue, moveTo } from './runQueue.js';
import { sleep } from './schedule.js';
import { preemptFor, wake } from './wakeup.js';

/** CPUs as a stretch of {@link TaskColumns.allowed}. */
export interface AllowedCpus {
  readonly start: number;
  readonly end: number;
}

/**
 * Gives a thread other CPUs; code on `cpu` does it. Returns the CPU that must get a reschedule IPI, or
 * -1.
 */
export function setAffinity(k: Kernel, task: number, to: AllowedCpus, cpu: number): number {
  const { task: tasks } = k;
  tasks.allowedStart[task] = to.start;
  tasks.allowedEnd[task] = to.end;
  if (!isStray(k, task)) return -1;
  const home = tasks.cpu[task];
  if (tasks.runnable[task] === 0) {
    tasks.cpu[task] = tasks.allowed[to.start];
    k.frameCpu[k.taskFrames + task] = tasks.cpu[task];
    return -1;
  }
  if (k.cpu.current[home] === task || k.cpu.switchingTo[home] === task) {
    return wakeStopper(k, home, cpu);
  }
  return moveAway(k, task, cpu);
}

/** True for a thread on a CPU that it may no longer use. */
function isStray(k: Kernel, task: number): boolean {
  const { allowed, allowedStart, allowedEnd, cpu, migrateOff } = k.task;
  if (migrateOff[task] === 1) return false;
  return !allowed.subarray(allowedStart[task], allowedEnd[task]).includes(cpu[task]);
}

function moveAway(k: Kernel, task: number, cpu: number): number {
  moveTo(k, task, k.task.allowed[k.task.allowedStart[task]], cpu);
  return preemptFor(k, task, cpu);
}

function wakeStopper(k: Kernel, home: number, cpu: number): number {
  const stopper = k.stop.stopper[home];
  // One that is at work already looks again before it sleeps.
  if (k.task.runnable[stopper] === 1) return -1;
  const frame = k.taskFrames + stopper;
  k.framePc[frame] = k.stop.migrateProgram[home];
  k.frameRemainingNs[frame] = -1;
  k.task.runnable[stopper] = 1;
  enqueue(k, stopper, false);
  return preemptFor(k, stopper, cpu);
}

/** Runnable thread of a CPU that must leave it; -1: none. */
export function strayOn(k: Kernel, cpu: number): number {
  const { task: tasks } = k;
  for (let task = 0; task < tasks.count; task++) {
    if (tasks.cpu[task] === cpu && tasks.runnable[task] === 1 && isStray(k, task)) return task;
  }
  return -1;
}

/**
 * The caller of {@link setAffinity} goes on at step `pc` when the thread has been moved: at once, or
 * when a stopper has done it. Returns what an action returns.
 */
export function awaitMove(
  k: Kernel,
  caller: number,
  task: number,
  pc: number,
  lane: number,
): number {
  if (caller === task || k.task.runnable[task] === 0 || !isStray(k, task)) return pc;
  k.stop.awaits[caller] = task;
  return sleep(k, caller, pc, lane);
}

/** Somebody who waits for a thread that is no stray any more; -1: nobody. */
function waitingCaller(k: Kernel): number {
  return k.stop.awaits.findIndex((task) => task >= 0 && !isStray(k, task));
}

/** Steps of the stopper, relative to the first of these. */
const MOVE = 0;
const MOVED = 2;
const WAKE = 3;
const WOKEN = 5;

const moveOne: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  const task = strayOn(k, cpu);
  k.cpu.ipiTarget[cpu] = task < 0 ? -1 : moveAway(k, task, cpu);
  return k.cpu.ipiTarget[cpu] < 0 ? pc + MOVED : pc + 1;
};

/** complete_all of the callers. */
const moved: Action<Kernel> = (k, _frame, pc) =>
  waitingCaller(k) >= 0 ? pc - MOVED + WAKE : pc - MOVED + WOKEN;

const wakeCaller: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  const task = waitingCaller(k);
  k.stop.awaits[task] = -1;
  k.cpu.ipiTarget[cpu] = wake(k, task, cpu);
  return k.cpu.ipiTarget[cpu] < 0 ? pc - WAKE + MOVED : pc + 1;
};

const tellCaller: Action<Kernel> = (k, frame, pc, lane) =>
  tellTarget(k, frame, pc - WAKE - 1 + MOVED, lane);

/** The next stray, or a stop of the machine that has begun meanwhile, or sleep. */
const woken: Action<Kernel> = (k, frame, pc, lane) => {
  if (strayOn(k, k.frameCpu[frame]) >= 0) return pc - WOKEN + MOVE;
  const start = k.argument(pc);
  return k.stop.total > 0 ? start : sleep(k, frame - k.taskFrames, start, lane);
};

/** Steps behind those of a stopper that begins at step `start`. */
export function migrationSteps(
  start: number,
  causePrefix: string,
  costs: { readonly migrate: Duration; readonly wakeup: Duration; readonly reschedIpi: Duration },
): Array<StepSpec<Kernel>> {
  const step = (name: string, duration: Duration, action: Action<Kernel>): StepSpec<Kernel> => ({
    name,
    kernelFunction: 'kernel/sched/core.c:migration_cpu_stop',
    duration,
    cause: `${causePrefix}moving a thread to another CPU`,
    accepts: 0,
    action,
    argument: start,
  });
  return [
    step('C_MIGRATE', costs.migrate, moveOne),
    step('C_IPI', costs.reschedIpi, tell),
    step('moved', 'zero', moved),
    step('C_TTWU', costs.wakeup, wakeCaller),
    step('C_IPI of the caller', costs.reschedIpi, tellCaller),
    step('woken', 'zero', woken),
  ];
}
