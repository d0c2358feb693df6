/**
 * Who runs RCU callbacks, as steps: RCU_SOFTIRQ, rcuc/N, rcuog and rcuop/N; and call_rcu itself.
 * [M] kernel/rcu/tree.c rcu_core, rcu_cpu_kthread; kernel/rcu/tree_nocb.h nocb_gp_wait, nocb_cb_wait.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { type BottomHalfContext, bottomHalfSection } from './bottomHalf.js';
import type { Kernel } from './kernel.js';
import { callRcu, takeCallbacks } from './rcu.js';
import { tell } from './rescheduleIpi.js';
import { sleep } from './schedule.js';
import { raiseSoftirq, SOFTIRQ_RCU } from './softirq.js';
import { deviceSoftirqDone } from './softirqWork.js';
import { wake } from './wakeup.js';

const TREE = 'kernel/rcu/tree.c';
const NOCB = 'kernel/rcu/tree_nocb.h';

export interface RcuCosts {
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
}

/** One batch is done; if there is more the softirq is raised again. */
const batchDone: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  if (k.rcu.done[cpu] > 0) raiseSoftirq(k, cpu, SOFTIRQ_RCU);
  return deviceSoftirqDone(k, frame, pc, lane);
};

/** RCU_SOFTIRQ; the executor has taken the callbacks when it begins. */
export function rcuSoftirq(cause: string, accepts: number): Array<StepSpec<Kernel>> {
  const kernelFunction = `${TREE}:rcu_do_batch`;
  return [
    { name: 'rcu batch', kernelFunction, duration: 'dynamic', cause, accepts, action: batchDone },
  ];
}

const takeBatch: Action<Kernel> = (k, frame, pc) => {
  k.frameDynamicNs[frame] = takeCallbacks(k, k.rcu.serves[frame - k.taskFrames]);
  return pc + 1;
};

/** nocb_cb_wait enables bottom halves after every callback. */
const takeOne: Action<Kernel> = (k, frame, pc) => {
  k.frameDynamicNs[frame] = takeCallbacks(k, k.rcu.serves[frame - k.taskFrames], 1);
  return pc + 1;
};

const again: Action<Kernel> = (k, frame, pc, lane) => {
  const task = frame - k.taskFrames;
  const start = k.argument(pc);
  return k.rcu.done[k.rcu.serves[task]] > 0 ? start : sleep(k, task, start, lane);
};

/** rcuc/N, or rcuop/N, from being woken to being asleep; `start` is its first step. */
export function callbackThread(
  start: number,
  cause: string,
  context: BottomHalfContext,
  offloaded: boolean,
): Array<StepSpec<Kernel>> {
  const kernelFunction = offloaded ? `${NOCB}:nocb_cb_wait` : `${TREE}:rcu_cpu_kthread`;
  const { accepts } = context;
  const step = (name: string, duration: Duration, action?: Action<Kernel>): StepSpec<Kernel> => ({
    name,
    kernelFunction,
    duration,
    cause,
    accepts,
    action,
    argument: start,
  });
  const held = [
    step('take', 'zero', offloaded ? takeOne : takeBatch),
    step('rcu batch', 'dynamic'),
  ];
  return [...bottomHalfSection('rcu', cause, context, held), step('rcu done', 'zero', again)];
}

/** Steps of rcuog, relative to its first. */
const WAKE = 1;

/** nocb_gp_wait: a CPU of the group has callbacks that are ready, and its rcuop sleeps. */
const findReady: Action<Kernel> = (k, frame, pc, lane) => {
  const { rcu } = k;
  const task = frame - k.taskFrames;
  for (let cpu = 0; cpu < k.cpus; cpu++) {
    if (rcu.leader[cpu] !== task || rcu.done[cpu] === 0) continue;
    if (k.task.runnable[rcu.thread[cpu]] === 1) continue;
    k.frameSubject[frame] = rcu.thread[cpu];
    return pc + WAKE;
  }
  return sleep(k, task, pc, lane);
};

const wakeSubject: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  k.cpu.ipiTarget[cpu] = wake(k, k.frameSubject[frame], cpu);
  return k.cpu.ipiTarget[cpu] >= 0 ? pc + 1 : pc + 2;
};

const toStart: Action<Kernel> = (_k, _frame, pc) => pc - WAKE - 2;

export function leaderThread(
  cause: string,
  accepts: number,
  costs: RcuCosts,
): Array<StepSpec<Kernel>> {
  const kernelFunction = `${NOCB}:nocb_gp_wait`;
  const step = (
    name: string,
    duration: Duration,
    mask: number,
    action: Action<Kernel>,
  ): StepSpec<Kernel> => ({ name, kernelFunction, duration, cause, accepts: mask, action });
  return [
    step('look for callbacks', 'zero', accepts, findReady),
    step('C_TTWU', costs.wakeup, 0, wakeSubject),
    step('C_IPI', costs.reschedIpi, 0, tell),
    step('next CPU', 'zero', accepts, toStart),
  ];
}

/** call_rcu: the callbacks are queued, and the first one of an offloaded CPU wakes its rcuog. */
const queueCallbacks: Action<Kernel> = (k, frame, pc) => {
  const leader = callRcu(k, k.frameCpu[frame], k.argument(pc));
  if (leader < 0 || k.task.runnable[leader] === 1) return pc + 3;
  k.frameSubject[frame] = leader;
  return pc + 1;
};

/** Steps of a section that calls call_rcu `count` times; `run` is the code that does. */
export function callRcuSteps<M extends Kernel>(
  name: string,
  run: Duration,
  count: number,
  cause: string,
  accepts: number,
  costs: RcuCosts,
): Array<StepSpec<M>> {
  const kernelFunction = `${TREE}:call_rcu`;
  return [
    {
      name: `${name} hold`,
      kernelFunction,
      duration: run,
      cause,
      accepts,
      action: queueCallbacks,
      argument: count,
    },
    {
      name: `${name} C_TTWU`,
      kernelFunction,
      duration: costs.wakeup,
      cause,
      accepts: 0,
      action: wakeSubject,
    },
    {
      name: `${name} C_IPI`,
      kernelFunction,
      duration: costs.reschedIpi,
      cause,
      accepts: 0,
      action: tell,
    },
  ];
}
