/**
 * The fair class, to the fidelity that matters here: fair threads are demand, lock holders and
 * background; their own latency is not predicted. Weighted fair sharing by virtual runtime, the weights
 * those of the nice levels (kernel/sched/core.c sched_prio_to_weight); a woken thread is placed at most half a slice behind the queue ([S] kernel/sched/fair.c,
 * place_entity). Left out: cgroups, load balancing beyond idle pull.
 */
import { NICE_0_WEIGHT, type TaskColumns } from './task.js';

/** Weights of nice -20 to 19: 1.25 times as much CPU time a level. */
const WEIGHTS = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904,
  3906, 3121, 2501, 1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87,
  70, 56, 45, 36, 29, 23, 18, 15,
];

/** Weight of a nice level, -20 to 19. */
export function weightOfNice(nice: number): number {
  return WEIGHTS[nice + 20];
}

/** calc_delta_fair: virtual time of a thread for CPU time, ns. */
export function virtualNs(tasks: TaskColumns, task: number, ranNs: number): number {
  const weight = tasks.weight[task];
  return weight === NICE_0_WEIGHT ? ranNs : Math.floor((ranNs * NICE_0_WEIGHT) / weight);
}

export class FairQueue {
  private readonly head: Int32Array;
  readonly count: Int32Array;
  /** Virtual time below which no new thread is placed. */
  readonly floorNs: Float64Array;

  constructor(cpus: number) {
    this.head = new Int32Array(cpus).fill(-1);
    this.count = new Int32Array(cpus);
    this.floorNs = new Float64Array(cpus);
  }

  /** Adds a thread; `sliceNs` limits how much a sleeper may be ahead. */
  add(tasks: TaskColumns, cpu: number, task: number, sliceNs: number): void {
    const placedNs = this.floorNs[cpu] - Math.floor(sliceNs / 2);
    if (tasks.vruntimeNs[task] < placedNs) tasks.vruntimeNs[task] = placedNs;
    const first = this.head[cpu];
    tasks.next[task] = first;
    tasks.previous[task] = -1;
    if (first >= 0) tasks.previous[first] = task;
    this.head[cpu] = task;
    this.count[cpu]++;
  }

  remove(tasks: TaskColumns, cpu: number, task: number): void {
    const before = tasks.previous[task];
    const after = tasks.next[task];
    if (before < 0) this.head[cpu] = after;
    else tasks.next[before] = after;
    if (after >= 0) tasks.previous[after] = before;
    this.count[cpu]--;
    // Relative to the queue it leaves, so that it means the same on the CPU it goes to.
    if (tasks.vruntimeNs[task] < this.floorNs[cpu]) return;
    this.floorNs[cpu] = Math.max(this.floorNs[cpu], this.smallest(tasks, cpu));
  }

  /** yield_task_fair: the thread forgoes a slice, so that others of the queue run first. */
  yield(tasks: TaskColumns, cpu: number, task: number, sliceNs: number): void {
    if (this.count[cpu] > 1) tasks.vruntimeNs[task] += virtualNs(tasks, task, sliceNs);
  }

  /** The thread with the least virtual runtime; ties by thread number. */
  first(tasks: TaskColumns, cpu: number): number {
    let best = -1;
    for (let task = this.head[cpu]; task >= 0; task = tasks.next[task]) {
      if (
        best < 0 ||
        tasks.vruntimeNs[task] < tasks.vruntimeNs[best] ||
        (tasks.vruntimeNs[task] === tasks.vruntimeNs[best] && task < best)
      ) {
        best = task;
      }
    }
    return best;
  }

  /** First of the threads in the queue that is not `except` and may move; -1 if none. */
  firstWaiting(tasks: TaskColumns, cpu: number, except: number): number {
    for (let task = this.head[cpu]; task >= 0; task = tasks.next[task]) {
      if (task !== except && tasks.migrateOff[task] === 0) return task;
    }
    return -1;
  }

  /** Of all threads of a CPU together, the running one included. */
  weight(tasks: TaskColumns, cpu: number): number {
    let sum = 0;
    for (let task = this.head[cpu]; task >= 0; task = tasks.next[task]) sum += tasks.weight[task];
    return sum;
  }

  private smallest(tasks: TaskColumns, cpu: number): number {
    const first = this.first(tasks, cpu);
    return first < 0 ? this.floorNs[cpu] : tasks.vruntimeNs[first];
  }
}
