/**
 * Balancing of realtime threads that may use several CPUs: where a woken one goes, pushing what
 * waits behind stronger work, and asking overloaded CPUs to push when this one has nothing stronger.
 *
 * [S] kernel/sched/rt.c find_lowest_rq, push_rt_task, tell_cpu_to_push, rto_push_irq_work_func
 * (RT_PUSH_IPI), check_preempt_equal_prio; kernel/sched/cpupri.c; kernel/sched/topology.c: isolcpus=
 * leaves its CPUs in the default root domain, the others share one of their own, and nothing crosses.
 * Left out: that a realtime thread queued behind a deadline one hides that from cpupri
 * (inc_rt_prio_smp), threads that are realtime by a lent priority only, pushing the running thread by
 * the stopper when the waiting one has migration disabled, the spreading of cpumask_any_distribute
 * (the smallest CPU is taken).
 */
import { setReschedule } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { moveTo } from './runQueue.js';
import { CLASS_DEADLINE, CLASS_RT, CLASS_STOP } from './task.js';

/** Root domains of one Linux: that of the scheduler domains, and the default one (isolcpus). */
const DOMAINS = 2;

export class RtBalanceColumns {
  /** 1: a realtime thread of this Linux may use several CPUs; by kernel. */
  readonly active: Uint8Array;
  /** When a thread began to wait for its CPU, in order; later ones are pushed later. */
  readonly order: Float64Array;
  next = 0;
  /** Overloaded CPU that the push work is on its way to or at, by root domain; -1: none. */
  readonly workCpu: Int32Array;
  readonly loop: Float64Array;
  readonly loopNext: Float64Array;
  /** 1: the current thread of the CPU lost its priority: its CPU looks for a stronger one. */
  readonly pullWanted: Uint8Array;

  constructor(cpus: number, tasks: number) {
    // A Linux has a CPU at least.
    this.active = new Uint8Array(cpus + 1);
    this.order = new Float64Array(tasks);
    this.workCpu = new Int32Array(DOMAINS * (cpus + 1)).fill(-1);
    this.loop = new Float64Array(DOMAINS * (cpus + 1));
    this.loopNext = new Float64Array(DOMAINS * (cpus + 1));
    this.pullWanted = new Uint8Array(cpus);
  }
}

/** True if realtime threads of the CPU's Linux are balanced at all. */
export function balances(k: Kernel, cpu: number): boolean {
  return k.balance.active[k.cpu.kernel[cpu]] === 1;
}

/** Root domain of a CPU. */
export function rootDomain(k: Kernel, cpu: number): number {
  return DOMAINS * k.cpu.kernel[cpu] + k.cpu.isolated[cpu];
}

/** A thread waits for its CPU from now on (enqueue_pushable_task: behind its equals). */
export function waits(k: Kernel, task: number): void {
  k.balance.order[task] = ++k.balance.next;
}

/** What cpupri knows of a CPU: above every realtime thread, a priority, or 0. */
function cpuPriority(k: Kernel, cpu: number): number {
  const served = k.deadlineCount[cpu] > 0 || k.server.state[cpu] === 2;
  return served ? 100 : k.rt.highestPriority(cpu);
}

/**
 * find_lowest_rq: the CPU with the weakest work among those the thread may use, if that is weaker
 * than the thread; its own one before the waker's, that before the others. -1: none.
 */
export function findLowest(k: Kernel, task: number, waker: number): number {
  const { task: tasks } = k;
  const end = tasks.allowedEnd[task];
  const own = tasks.cpu[task];
  if (end - tasks.allowedStart[task] <= 1) return -1;
  const domain = rootDomain(k, own);
  let lowest = tasks.priority[task];
  let best = -1;
  for (let i = tasks.allowedStart[task]; i < end; i++) {
    const cpu = tasks.allowed[i];
    if (rootDomain(k, cpu) !== domain) continue;
    const priority = cpuPriority(k, cpu);
    const preferred = cpu === own || (cpu === waker && best !== own);
    if (priority < lowest || (priority === lowest && best >= 0 && preferred)) {
      lowest = priority;
      best = cpu;
    }
  }
  return best;
}

/** pick_next_pushable_task: strongest waiting thread of a CPU that may use others; -1: none. */
export function pushable(k: Kernel, cpu: number): number {
  if (!balances(k, cpu)) return -1;
  const { task: tasks } = k;
  const switching = k.cpu.switchingTo[cpu];
  const running = switching >= 0 ? switching : k.cpu.current[cpu];
  let best = -1;
  for (let task = 0; task < tasks.count; task++) {
    if (tasks.cpu[task] !== cpu || tasks.runnable[task] === 0 || task === running) continue;
    if (tasks.class[task] !== CLASS_RT || tasks.ownClass[task] !== CLASS_RT) continue;
    if (tasks.allowedEnd[task] - tasks.allowedStart[task] <= 1) continue;
    if (best < 0 || comesFirst(k, task, best)) best = task;
  }
  return best;
}

function comesFirst(k: Kernel, a: number, b: number): boolean {
  const { priority } = k.task;
  if (priority[a] !== priority[b]) return priority[a] > priority[b];
  return k.balance.order[a] < k.balance.order[b];
}

/** Thread that push_rt_task would move away from a CPU now; -1: none. */
export function pushCandidate(k: Kernel, cpu: number): number {
  const task = pushable(k, cpu);
  if (task < 0 || k.task.migrateOff[task] === 1) return -1;
  const switching = k.cpu.switchingTo[cpu];
  const running = switching >= 0 ? switching : k.cpu.current[cpu];
  // It slipped in above the running thread: that is for the scheduler, not for pushing.
  if (k.task.class[running] > CLASS_RT || k.task.priority[task] > priorityOf(k, running)) {
    setReschedule(k, cpu, cpu);
    return -1;
  }
  const target = findLowest(k, task, cpu);
  return target < 0 || target === cpu ? -1 : task;
}

/**
 * Priority as realtime threads see it: a deadline thread is above all, and a stopper is dressed up as
 * SCHED_FIFO 99 (sched_set_stop_task).
 */
export function priorityOf(k: Kernel, task: number): number {
  if (k.task.class[task] === CLASS_STOP) return 99;
  return k.task.class[task] === CLASS_DEADLINE ? 100 : k.task.priority[task];
}

/**
 * Moves the thread of {@link pushCandidate}; code on `waker` does it. Returns the CPU that must get
 * a reschedule IPI, or -1.
 */
export function push(k: Kernel, cpu: number, waker: number): number {
  const task = pushCandidate(k, cpu);
  if (task < 0) return -1;
  const target = findLowest(k, task, waker);
  moveTo(k, task, target, waker);
  return setReschedule(k, target, waker) ? target : -1;
}

/**
 * check_preempt_equal_prio: a woken thread that cannot move displaces its equal that can. True: it
 * has been put first, and its CPU must reschedule.
 */
export function displacesEqual(k: Kernel, task: number, running: number): boolean {
  const { task: tasks } = k;
  const cpu = tasks.cpu[task];
  if (!balances(k, cpu) || tasks.class[running] !== CLASS_RT || tasks.class[task] !== CLASS_RT) {
    return false;
  }
  if (tasks.priority[task] !== tasks.priority[running]) return false;
  if (tasks.ownClass[running] !== CLASS_RT || findLowest(k, running, cpu) < 0) return false;
  if (findLowest(k, task, cpu) >= 0) return false;
  k.rt.remove(tasks, cpu, task);
  k.rt.add(tasks, cpu, task, true);
  return true;
}

/** task_woken_rt: must a thread that was woken behind stronger work be pushed on at once? */
export function pushesWoken(k: Kernel, task: number): boolean {
  const { task: tasks } = k;
  const cpu = tasks.cpu[task];
  if (tasks.class[task] !== CLASS_RT || !balances(k, cpu)) return false;
  const switching = k.cpu.switchingTo[cpu];
  const running = switching >= 0 ? switching : k.cpu.current[cpu];
  if (tasks.class[running] > CLASS_RT) return false;
  const pinned = tasks.allowedEnd[running] - tasks.allowedStart[running] <= 1;
  return pinned || priorityOf(k, running) >= tasks.priority[task];
}
