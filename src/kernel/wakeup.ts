/**
 * Waking a thread: [S] kernel/sched/core.c try_to_wake_up, resched_curr, wakeup_preempt.
 */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import { LEVEL_IRQ } from './cpu.js';
import { beginInstance } from './deadline.js';
import { balancesDeadlines, pushDeadline, pushesWokenDeadline } from './deadlineBalance.js';
import { virtualNs } from './fairQueue.js';
import { SERVER_OFF, serverMayRun } from './fairServer.js';
import { kickSelf, setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { isLazy, rescheduleLazily } from './lazy.js';
import { selectCpu } from './placement.js';
import { displacesEqual, push, pushesWoken } from './rtBalance.js';
import { enqueue } from './runQueue.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from './task.js';
import { tickMissing } from './tick.js';

/** True if a newly ready thread displaces the running one (wakeup_preempt of the classes). */
export function displaces(k: Kernel, task: number, running: number): boolean {
  const { task: tasks } = k;
  const b = tasks.class[running];
  // Under the active fair server a fair thread has the server's class, unless fair threads run.
  const serves = b !== CLASS_FAIR && tasks.class[task] === CLASS_FAIR;
  const a = serves && serverMayRun(k, tasks.cpu[task]) ? CLASS_DEADLINE : tasks.class[task];
  if (a !== b) return a < b;
  if (a === CLASS_RT) return tasks.priority[task] > tasks.priority[running];
  if (a === CLASS_DEADLINE && serves) return false;
  if (a === CLASS_DEADLINE) return tasks.deadlineNs[task] < tasks.deadlineNs[running];
  if (a === CLASS_FAIR) {
    const halfNs = Math.floor(k.traitsOf(tasks.cpu[task]).fairSliceNs / 2);
    const granularityNs = virtualNs(tasks, task, halfNs);
    return tasks.vruntimeNs[task] + granularityNs < tasks.vruntimeNs[running];
  }
  return false;
}

/**
 * Makes a thread runnable. `cpu` is the CPU that executes the wake-up.
 * Returns the CPU that must get a reschedule IPI, or -1.
 */
export function wake(k: Kernel, task: number, cpu: number): number {
  if (k.task.runnable[task] === 1) return -1;
  k.wakerCpu = cpu;
  const target = selectCpu(k, task, cpu);
  k.task.cpu[task] = target;
  k.frameCpu[k.taskFrames + task] = target;
  k.task.runnable[task] = 1;
  // update_dl_entity: an instance begins with its wake-up, not when it first runs.
  if (k.task.ownClass[task] === CLASS_DEADLINE && k.task.throttled[task] === 0) {
    beginInstance(k, task, cpu);
  }
  const serverWasOff = k.server.state[target] === SERVER_OFF;
  enqueue(k, task, false);
  const serverStarted = serverWasOff && k.server.state[target] !== SERVER_OFF;
  const told = preemptFor(k, task, cpu, serverStarted);
  // Outside an interrupt nobody else writes the device for the server's timer before the next one.
  if (serverStarted && (k.cpu.levels[cpu] & (1 << LEVEL_IRQ)) === 0) k.programNow(cpu);
  if (told >= 0) return told;
  if ((k.attention[target] & ACCEPT_RESCHED) === 0 && pushesWoken(k, task)) {
    if (displacesEqual(k, task, k.cpu.current[target])) {
      return setReschedule(k, target, cpu) ? target : -1;
    }
    const pushed = push(k, target, cpu);
    if (pushed >= 0) return pushed;
  }
  if (k.task.class[task] === CLASS_DEADLINE && balancesDeadlines(k, target)) {
    const quiet = (k.attention[target] & ACCEPT_RESCHED) === 0;
    const pushed = quiet && pushesWokenDeadline(k, task) ? pushDeadline(k, target, cpu) : -1;
    if (pushed >= 0) return pushed;
  }
  // Nothing is sent: from here on the thread waits on its own CPU for what is stronger there.
  if (target !== cpu) k.noticedFlag(k.cpu.lane[target]);
  return kickTick(k, target, cpu);
}

/**
 * tick_nohz_dep_set_cpu: a queue that needs the tick again tells its nohz_full CPU, if nothing else
 * makes that CPU look. Returns the CPU that must get an IPI for it, or -1.
 */
function kickTick(k: Kernel, target: number, cpu: number): number {
  if (k.cpu.nohzFull[target] === 0 || (k.attention[target] & ACCEPT_RESCHED) !== 0) return -1;
  if (k.cpu.switchingTo[target] >= 0 || !tickMissing(k, target)) return -1;
  if (target !== cpu) return target;
  kickSelf(k, cpu);
  return -1;
}

/**
 * Wakes the thread whose sleep timer expired, as {@link wake}. A thread that saw the expiry before
 * its timer's callback had run, and has armed the timer again since, sleeps on.
 */
export function wakeSleeper(k: Kernel, timer: number, cpu: number): number {
  return k.timers.queue[timer] >= 0 ? -1 : wake(k, k.timers.subject[timer], cpu);
}

/**
 * Tells the CPU of a ready thread to reschedule if the thread displaces what runs there, or if it
 * started the fair server: dl_server_start reschedules even though the server is deferred.
 */
export function preemptFor(
  k: Kernel,
  task: number,
  fromCpu: number,
  serverStarted = false,
): number {
  const target = k.task.cpu[task];
  const switching = k.cpu.switchingTo[target];
  const running = switching >= 0 ? switching : k.cpu.current[target];
  const looks = serverStarted && k.task.class[running] !== CLASS_DEADLINE;
  if (running === task || !(looks || displaces(k, task, running))) return -1;
  if (!looks && isLazy(k, task, running, target)) {
    rescheduleLazily(k, target, running, fromCpu);
    return -1;
  }
  return setReschedule(k, target, fromCpu) ? target : -1;
}
