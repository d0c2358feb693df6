/**
 * A CPU's run queues over all classes: queueing, accounting, and the choice of the next thread.
 * [S] kernel/sched/core.c enqueue_task, dequeue_task, update_curr of the classes, pick_next_task.
 */
import { enforceBudget, pickDeadline } from './deadline.js';
import { virtualNs } from './fairQueue.js';
import {
  afterFairDequeue,
  afterFairEnqueue,
  chargeServer,
  serverMayRun,
  stopServerIfIdle,
} from './fairServer.js';
import type { Kernel } from './kernel.js';
import { pullFair } from './placement.js';
import { balances, waits } from './rtBalance.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';
import { accountRt } from './throttle.js';

/** Puts a runnable thread into its CPU's queue. */
export function enqueue(k: Kernel, task: number, atHead: boolean): void {
  const cpu = k.task.cpu[task];
  tellRunning(k, task, cpu);
  switch (k.task.class[task]) {
    case CLASS_RT:
      k.rt.add(k.task, cpu, task, atHead);
      if (balances(k, cpu)) waits(k, task);
      break;
    case CLASS_FAIR:
      k.fair.add(k.task, cpu, task, k.traitsOf(cpu).fairSliceNs);
      afterFairEnqueue(k, cpu);
      break;
    case CLASS_DEADLINE:
      // One without budget is off the queue until it is replenished, asleep or not.
      if (k.task.throttled[task] === 0) k.deadlineCount[cpu]++;
      break;
  }
}

/** Tells the vCPU whose thread runs on the CPU that it is no longer alone there. */
function tellRunning(k: Kernel, task: number, cpu: number): void {
  const running = k.cpu.current[cpu];
  if (running === task || running < 0) return;
  const vcpu = k.task.vcpu[running];
  if (vcpu >= 0) k.threadQueued(vcpu);
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
      if (k.task.throttled[task] === 0) k.deadlineCount[cpu]--;
      break;
  }
}

/** Moves a runnable thread that does not run to the queue of another CPU; code on `waker` does it. */
export function moveTo(k: Kernel, task: number, target: number, waker: number): void {
  const { task: tasks } = k;
  const home = tasks.cpu[task];
  dequeue(k, task);
  // Virtual times are those of a queue.
  if (tasks.class[task] === CLASS_FAIR) {
    tasks.vruntimeNs[task] += k.fair.floorNs[target] - k.fair.floorNs[home];
  }
  tasks.cpu[task] = target;
  k.frameCpu[k.taskFrames + task] = target;
  k.wakerCpu = waker;
  enqueue(k, task, false);
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
      tasks.vruntimeNs[task] += virtualNs(tasks, task, ranNs);
      chargeServer(k, cpu, ranNs);
      break;
    case CLASS_DEADLINE:
      tasks.budgetNs[task] -= ranNs;
      enforceBudget(k, cpu, task);
      break;
  }
}

/** The thread that a CPU should run now, by class order. */
export function pickNext(k: Kernel, cpu: number): number {
  const stopper = k.stop.stopper[cpu];
  if (stopper >= 0 && k.task.runnable[stopper] === 1) return stopper;
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
