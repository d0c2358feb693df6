/**
 * Threads that serve work: kworkers, vhost workers, QEMU's main loop.
 *
 * [S] kernel/workqueue.c __queue_work, process_one_work, worker_thread; kernel/vhost_task.c
 * vhost_task_fn. A worker takes its work in the order in which it was queued and sleeps when there
 * is none. Work that is queued already is not queued again, unless it counts (a fd with many
 * events). Left out: the second kworker that a pool starts when the first one blocks.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import { tellTarget } from './rescheduleIpi.js';
import { sleep } from './schedule.js';
import { wake } from './wakeup.js';

export class WorkColumns {
  /** Thread that serves each piece of work. */
  readonly task: Int32Array;
  /** First step of serving it; it ends with {@link workDone}. */
  readonly program: Int32Array;
  /** How often it is queued, and since when (a running number). */
  readonly queued: Int32Array;
  readonly since: Float64Array;
  /** 1: every queueing is served; 0: work queued twice is served once. */
  readonly counts: Uint8Array;
  /** First step of each thread's program that chooses work; -1: no worker. By task. */
  readonly select: Int32Array;
  sequence = 0;

  constructor(works: number, tasks: number) {
    this.task = new Int32Array(works).fill(-1);
    this.program = new Int32Array(works);
    this.queued = new Int32Array(works);
    this.since = new Float64Array(works);
    this.counts = new Uint8Array(works);
    this.select = new Int32Array(tasks).fill(-1);
  }
}

/** True if queueing `work` has to wake its thread: what the wake-up costs is paid only then. */
export function workNeedsWakeup(k: Kernel, work: number): boolean {
  return k.task.runnable[k.work.task[work]] === 0;
}

/**
 * Queues work; `cpu` executes this. Returns the CPU that must get a reschedule IPI for the wake-up
 * of the worker, or -1.
 */
export function queueWork(k: Kernel, work: number, cpu: number): number {
  const { work: works } = k;
  if (works.queued[work] === 0) {
    works.queued[work] = 1;
    works.since[work] = ++works.sequence;
  } else if (works.counts[work] === 1) {
    works.queued[work]++;
  }
  const target = wake(k, works.task[work], cpu);
  k.workQueued(work);
  return target;
}

/** The work of a thread that was queued first; -1: none. */
function firstWork(k: Kernel, task: number): number {
  const { work: works } = k;
  let first = -1;
  for (let work = 0; work < works.task.length; work++) {
    if (works.task[work] !== task || works.queued[work] === 0) continue;
    if (first < 0 || works.since[work] < works.since[first]) first = work;
  }
  return first;
}

/** Takes the first work of a thread out of its queue; returns its program, or -1: none. */
export function takeWork(k: Kernel, task: number): number {
  const { work: works } = k;
  const work = firstWork(k, task);
  if (work < 0) return -1;
  works.queued[work]--;
  // What is left goes behind everything else: one event at a time.
  if (works.queued[work] > 0) works.since[work] = ++works.sequence;
  k.frameSubject[k.taskFrames + task] = work;
  return works.program[work];
}

/** Step of a worker's loop: serve, or sleep until woken. */
export const chooseWork: Action<Kernel> = (k, frame, pc, lane) => {
  const program = takeWork(k, frame - k.taskFrames);
  return program >= 0 ? program : sleep(k, frame - k.taskFrames, pc, lane);
};

/** Last step of any work: back to the loop. */
export const workDone: Action<Kernel> = (k, frame) => k.work.select[frame - k.taskFrames];

/** Steps of {@link queueWorkSteps}, relative to its first. */
const DECIDE = 0;
const WAKE = 1;
const SEND = 2;
const END = 3;

const decide: Action<Kernel> = (k, frame, pc) => {
  const work = k.argument(pc);
  if (workNeedsWakeup(k, work)) return pc - DECIDE + WAKE;
  queueWork(k, work, k.frameCpu[frame]);
  return pc - DECIDE + END;
};

const wakeWorker: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  const target = queueWork(k, k.argument(pc), cpu);
  if (target < 0) return pc - WAKE + END;
  k.cpu.ipiTarget[cpu] = target;
  return pc - WAKE + SEND;
};

const tellWorker: Action<Kernel> = (k, frame, pc, lane) =>
  tellTarget(k, frame, pc - SEND + END, lane);

/** Steps by which any program hands work to its thread; the program goes on after them. */
export function queueWorkSteps(
  work: number,
  costs: { readonly wakeup: Duration; readonly reschedIpi: Duration },
  cause: string,
  accepts: number,
): Array<StepSpec<Kernel>> {
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    mask: number,
    action: Action<Kernel>,
  ): StepSpec<Kernel> => ({
    name,
    kernelFunction,
    duration,
    cause,
    accepts: mask,
    action,
    argument: work,
  });
  const ipi = 'kernel/sched/core.c:resched_curr';
  return [
    step('queue work', 'kernel/workqueue.c:__queue_work', 'zero', accepts, decide),
    step('C_TTWU', 'kernel/sched/core.c:try_to_wake_up', costs.wakeup, 0, wakeWorker),
    step('C_IPI', ipi, costs.reschedIpi, 0, tellWorker),
  ];
}
