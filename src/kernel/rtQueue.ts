/**
 * The FIFO/RR run queues ([S] kernel/sched/rt.c): one list per priority and CPU, and a bitmap of
 * the priorities that are ready. The running thread stays in its list, so a preempted thread is
 * still at the head of its priority.
 */
import type { TaskColumns } from './task.js';

/** Priorities 0..99; 0 is unused so that the user-space number is the index. */
const PRIORITIES = 100;
const WORDS = 4;

export class RtQueue {
  private readonly head: Int32Array;
  private readonly tail: Int32Array;
  private readonly ready: Int32Array;
  readonly count: Int32Array;
  /** How many of them are SCHED_RR: the tick depends on it. */
  readonly roundRobinCount: Int32Array;

  constructor(cpus: number) {
    this.head = new Int32Array(cpus * PRIORITIES).fill(-1);
    this.tail = new Int32Array(cpus * PRIORITIES).fill(-1);
    this.ready = new Int32Array(cpus * WORDS);
    this.count = new Int32Array(cpus);
    this.roundRobinCount = new Int32Array(cpus);
  }

  /** Adds a thread to the list of its effective priority (enqueue_rt_entity). */
  add(tasks: TaskColumns, cpu: number, task: number, atHead: boolean): void {
    const priority = tasks.priority[task];
    const list = cpu * PRIORITIES + priority;
    if (this.head[list] < 0) {
      this.head[list] = task;
      this.tail[list] = task;
      tasks.next[task] = -1;
      tasks.previous[task] = -1;
      this.ready[cpu * WORDS + (priority >> 5)] |= 1 << (priority & 31);
    } else if (atHead) {
      const first = this.head[list];
      tasks.next[task] = first;
      tasks.previous[task] = -1;
      tasks.previous[first] = task;
      this.head[list] = task;
    } else {
      const last = this.tail[list];
      tasks.previous[task] = last;
      tasks.next[task] = -1;
      tasks.next[last] = task;
      this.tail[list] = task;
    }
    this.count[cpu]++;
    this.roundRobinCount[cpu] += tasks.roundRobin[task];
  }

  /** Takes a thread out of its list (dequeue_rt_entity). */
  remove(tasks: TaskColumns, cpu: number, task: number): void {
    const priority = tasks.priority[task];
    const list = cpu * PRIORITIES + priority;
    const before = tasks.previous[task];
    const after = tasks.next[task];
    if (before < 0) this.head[list] = after;
    else tasks.next[before] = after;
    if (after < 0) this.tail[list] = before;
    else tasks.previous[after] = before;
    if (this.head[list] < 0) {
      this.ready[cpu * WORDS + (priority >> 5)] &= ~(1 << (priority & 31));
    }
    this.count[cpu]--;
    this.roundRobinCount[cpu] -= tasks.roundRobin[task];
  }

  /** Moves a thread to the tail of its priority (sched_yield, end of an RR slice). */
  moveToTail(tasks: TaskColumns, cpu: number, task: number): void {
    if (this.tail[cpu * PRIORITIES + tasks.priority[task]] === task) return;
    this.remove(tasks, cpu, task);
    this.add(tasks, cpu, task, false);
  }

  /** True if the thread shares its priority with another one on this CPU. */
  sharesPriority(tasks: TaskColumns, cpu: number, task: number): boolean {
    const list = cpu * PRIORITIES + tasks.priority[task];
    return this.head[list] !== this.tail[list];
  }

  /** Strongest ready priority, 0 if none. */
  highestPriority(cpu: number): number {
    for (let word = WORDS - 1; word >= 0; word--) {
      const bits = this.ready[cpu * WORDS + word];
      if (bits !== 0) return word * 32 + 31 - Math.clz32(bits);
    }
    return 0;
  }

  /** First thread of the strongest priority (pick_next_rt_entity); -1 if none. */
  first(cpu: number): number {
    const priority = this.highestPriority(cpu);
    return priority === 0 ? -1 : this.head[cpu * PRIORITIES + priority];
  }
}
