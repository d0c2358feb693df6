/**
 * On which CPU a woken thread runs. Pinned threads, which realtime plans consist of, never move.
 *
 * [S] kernel/sched/rt.c select_task_rq_rt; fair.c select_idle_sibling and newidle_balance, reduced
 * to: stay where it ran if that CPU is idle, else the first idle allowed CPU, else the allowed CPU
 * with the fewest waiting fair threads. Isolated CPUs take no part in balancing.
 */
import { balancesDeadlines, selectDeadline } from './deadlineBalance.js';
import type { Kernel } from './kernel.js';
import { findLowest } from './rtBalance.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';

/** CPU on which the woken thread is queued. */
export function selectCpu(k: Kernel, task: number, waker: number): number {
  const { task: tasks } = k;
  const start = tasks.allowedStart[task];
  const end = tasks.allowedEnd[task];
  const previous = tasks.cpu[task];
  if (end - start <= 1 || tasks.migrateOff[task] === 1) return previous;
  if (tasks.class[task] === CLASS_RT) return selectRt(k, task, previous, waker);
  if (tasks.class[task] === CLASS_DEADLINE && balancesDeadlines(k, previous)) {
    return selectDeadline(k, task, previous, waker);
  }
  if (isIdle(k, previous)) return previous;
  let best = previous;
  for (let i = start; i < end; i++) {
    const cpu = tasks.allowed[i];
    if (k.cpu.isolated[cpu] === 1) continue;
    if (isIdle(k, cpu)) return cpu;
    if (k.fair.count[cpu] < k.fair.count[best]) best = cpu;
  }
  return best;
}

/** select_task_rq_rt: it moves only if its CPU runs a realtime thread that will not make room. */
function selectRt(k: Kernel, task: number, previous: number, waker: number): number {
  const { task: tasks } = k;
  const running = k.cpu.current[previous];
  const stays =
    tasks.class[running] !== CLASS_RT ||
    (tasks.priority[running] < tasks.priority[task] &&
      tasks.allowedEnd[running] - tasks.allowedStart[running] > 1);
  if (stays) return previous;
  const target = findLowest(k, task, waker);
  return target >= 0 && k.rt.highestPriority(target) < tasks.priority[task] ? target : previous;
}

function isIdle(k: Kernel, cpu: number): boolean {
  return (
    k.cpu.current[cpu] === k.cpu.idleTask[cpu] &&
    k.cpu.switchingTo[cpu] < 0 &&
    k.fair.count[cpu] + k.rt.count[cpu] + k.deadlineCount[cpu] === 0
  );
}

/** A CPU that is about to idle takes one waiting fair thread from a CPU of its domain. */
export function pullFair(k: Kernel, cpu: number): boolean {
  if (k.cpu.isolated[cpu] === 1) return false;
  const { housekeeping } = k.traitsOf(cpu);
  if (housekeeping.length < 2) return false;
  for (const other of housekeeping) {
    if (other === cpu || k.fair.count[other] < 1) continue;
    const busy = k.cpu.switchingTo[other] >= 0 ? k.cpu.switchingTo[other] : k.cpu.current[other];
    const task = k.fair.firstWaiting(k.task, other, busy);
    if (task < 0 || k.task.class[task] !== CLASS_FAIR || !mayRun(k, task, cpu)) continue;
    k.fair.remove(k.task, other, task);
    k.task.vruntimeNs[task] += k.fair.floorNs[cpu] - k.fair.floorNs[other];
    k.task.cpu[task] = cpu;
    k.frameCpu[k.taskFrames + task] = cpu;
    k.fair.add(k.task, cpu, task, 0);
    return true;
  }
  return false;
}

function mayRun(k: Kernel, task: number, cpu: number): boolean {
  for (let i = k.task.allowedStart[task]; i < k.task.allowedEnd[task]; i++) {
    if (k.task.allowed[i] === cpu) return true;
  }
  return false;
}
