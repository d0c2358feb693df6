/**
 * Balancing of SCHED_DEADLINE threads that may use several CPUs, towards global earliest deadline first:
 * where a woken one goes, pushing what waits behind an earlier deadline, and pulling when a CPU has
 * lost its deadline thread.
 *
 * [S] kernel/sched/deadline.c select_task_rq_dl, find_later_rq, task_woken_dl, push_dl_task,
 * pull_dl_task, balance_dl; kernel/sched/cpudeadline.c cpudl_find. Unlike realtime threads they are
 * pulled directly, under both queue locks, without an interrupt of the other CPU. Left out: deadlines
 * that are only lent, check_preempt_equal_dl, capacities, pushing the running thread by the stopper,
 * and balancing on a change of policy.
 */
import { pickDeadline } from './deadline.js';
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { rootDomain } from './rtBalance.js';
import { moveTo } from './runQueue.js';
import { CLASS_DEADLINE } from './task.js';

export class DeadlineBalanceColumns {
  /** 1: a deadline thread of this Linux may use several CPUs; by kernel. */
  readonly active: Uint8Array;
  /** Threads that the switch in progress has pulled and not paid for yet, and the step after that. */
  readonly pulled: Int32Array;
  readonly afterPull: Int32Array;

  constructor(cpus: number) {
    // A Linux has a CPU at least.
    this.active = new Uint8Array(cpus + 1);
    this.pulled = new Int32Array(cpus);
    this.afterPull = new Int32Array(cpus);
  }
}

/** True if deadline threads of the CPU's Linux are balanced at all. */
export function balancesDeadlines(k: Kernel, cpu: number): boolean {
  return k.deadlineBalance.active[k.cpu.kernel[cpu]] === 1;
}

/** What runs on a CPU, or is about to. */
const runningOn = (k: Kernel, cpu: number): number =>
  k.cpu.switchingTo[cpu] >= 0 ? k.cpu.switchingTo[cpu] : k.cpu.current[cpu];

const movable = (k: Kernel, task: number): boolean =>
  k.task.allowedEnd[task] - k.task.allowedStart[task] > 1;

/** Earliest deadline on a CPU (earliest_dl.curr); Infinity: no deadline thread is ready there. */
function earliest(k: Kernel, cpu: number): number {
  const task = pickDeadline(k, cpu);
  return task < 0 ? Number.POSITIVE_INFINITY : k.task.deadlineNs[task];
}

/**
 * find_later_rq: a CPU without deadline threads that the thread may use, its own before the waker's,
 * that before the others; else the CPU whose earliest deadline is the latest, if the thread may use it
 * and is earlier. -1: none.
 */
export function findLater(k: Kernel, task: number, waker: number): number {
  const { task: tasks } = k;
  if (!movable(k, task)) return -1;
  const own = tasks.cpu[task];
  const domain = rootDomain(k, own);
  const free = (cpu: number): boolean =>
    rootDomain(k, cpu) === domain && k.deadlineCount[cpu] === 0 && k.server.state[cpu] !== 2;
  const allowed = tasks.allowed.subarray(tasks.allowedStart[task], tasks.allowedEnd[task]);
  if (allowed.includes(own) && free(own)) return own;
  if (allowed.includes(waker) && free(waker)) return waker;
  const other = allowed.find(free);
  if (other !== undefined) return other;
  let latest = -1;
  for (const cpu of k.traitsOf(own).cpus) {
    if (rootDomain(k, cpu) !== domain || k.deadlineCount[cpu] === 0) continue;
    if (latest < 0 || earliest(k, cpu) > earliest(k, latest)) latest = cpu;
  }
  const fits = latest >= 0 && allowed.includes(latest);
  return fits && tasks.deadlineNs[task] < earliest(k, latest) ? latest : -1;
}

/**
 * select_task_rq_dl: it goes elsewhere if its CPU runs a deadline thread that will not make room. As
 * in the kernel this looks at the deadline of its last instance: the new one begins when it is queued.
 */
export function selectDeadline(k: Kernel, task: number, previous: number, waker: number): number {
  const { task: tasks } = k;
  const running = k.cpu.current[previous];
  if (tasks.class[running] !== CLASS_DEADLINE) return previous;
  if (movable(k, running) && tasks.deadlineNs[task] < tasks.deadlineNs[running]) return previous;
  const target = findLater(k, task, waker);
  return target >= 0 && tasks.deadlineNs[task] < earliest(k, target) ? target : previous;
}

/** Earliest waiting deadline thread of a CPU that may use others (and `onto`, if given); -1: none. */
function pushable(k: Kernel, cpu: number, onto = -1): number {
  const { task: tasks } = k;
  if (k.deadlineCount[cpu] < 2 && tasks.class[runningOn(k, cpu)] === CLASS_DEADLINE) return -1;
  let best = -1;
  for (let task = 0; task < tasks.count; task++) {
    if (tasks.cpu[task] !== cpu || tasks.runnable[task] === 0 || tasks.throttled[task] === 1)
      continue;
    if (tasks.class[task] !== CLASS_DEADLINE || tasks.ownClass[task] !== CLASS_DEADLINE) continue;
    if (task === runningOn(k, cpu) || !movable(k, task)) continue;
    if (onto >= 0 && !mayUse(k, task, onto)) continue;
    if (best < 0 || tasks.deadlineNs[task] < tasks.deadlineNs[best]) best = task;
  }
  return best;
}

function mayUse(k: Kernel, task: number, cpu: number): boolean {
  const { allowed, allowedStart, allowedEnd } = k.task;
  return allowed.subarray(allowedStart[task], allowedEnd[task]).includes(cpu);
}

/** Thread that push_dl_task would move away from a CPU now; -1: none. */
export function deadlineCandidate(k: Kernel, cpu: number, waker: number): number {
  const { task: tasks } = k;
  const task = pushable(k, cpu);
  if (task < 0) return -1;
  const running = runningOn(k, cpu);
  const displaces = tasks.class[running] === CLASS_DEADLINE && isEarlier(k, task, running);
  if (displaces && movable(k, running)) {
    setReschedule(k, cpu, cpu);
    return -1;
  }
  if (tasks.migrateOff[task] === 1) return -1;
  const target = findLater(k, task, waker);
  if (target < 0 || target === cpu) return -1;
  return tasks.deadlineNs[task] < earliest(k, target) ? task : -1;
}

/** push_dl_task by code on `waker`. Returns the CPU that must get a reschedule IPI, or -1. */
export function pushDeadline(k: Kernel, cpu: number, waker: number): number {
  const task = deadlineCandidate(k, cpu, waker);
  if (task < 0) return -1;
  const target = findLater(k, task, waker);
  moveTo(k, task, target, waker);
  return setReschedule(k, target, waker) ? target : -1;
}

/** task_woken_dl: must a thread that was woken behind an earlier deadline be pushed on at once? */
export function pushesWokenDeadline(k: Kernel, task: number): boolean {
  const { task: tasks } = k;
  if (tasks.class[task] !== CLASS_DEADLINE || tasks.throttled[task] === 1) return false;
  const running = runningOn(k, tasks.cpu[task]);
  if (!movable(k, task) || tasks.class[running] !== CLASS_DEADLINE) return false;
  return !movable(k, running) || tasks.deadlineNs[task] >= tasks.deadlineNs[running];
}

/**
 * balance_dl: a CPU whose deadline thread `previous` has left pulls what waits elsewhere behind an
 * earlier deadline, if it comes first here. Returns how many threads it pulled.
 */
export function pullDeadline(k: Kernel, cpu: number, previous: number): number {
  const { task: tasks } = k;
  if (tasks.class[previous] !== CLASS_DEADLINE) return 0;
  if (tasks.runnable[previous] === 1 && tasks.throttled[previous] === 0) return 0;
  let pulled = 0;
  for (const other of k.traitsOf(cpu).cpus) {
    if (other === cpu || rootDomain(k, other) !== rootDomain(k, cpu)) continue;
    const task = k.deadlineCount[other] > 1 ? pushable(k, other, cpu) : -1;
    if (task < 0 || tasks.migrateOff[task] === 1) continue;
    const running = runningOn(k, other);
    const late = tasks.class[running] !== CLASS_DEADLINE || isEarlier(k, task, running);
    if (late || tasks.deadlineNs[task] >= earliest(k, cpu)) continue;
    moveTo(k, task, cpu, cpu);
    pulled++;
  }
  return pulled;
}

const isEarlier = (k: Kernel, a: number, b: number): boolean =>
  k.task.deadlineNs[a] < k.task.deadlineNs[b];

/** True if the switch to a deadline thread that has just ended has threads to push. */
export function pushesAfterSwitch(k: Kernel, cpu: number): boolean {
  return k.task.class[k.cpu.current[cpu]] === CLASS_DEADLINE && deadlineCandidate(k, cpu, cpu) >= 0;
}
