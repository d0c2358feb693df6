/** Per-thread state: class, priority, queue links, accounting. Host and guest threads alike. */

/** Scheduling classes, strongest first ([S] vmlinux.lds.h: the order of the sched classes). */
export const CLASS_STOP = 0;
export const CLASS_DEADLINE = 1;
export const CLASS_RT = 2;
export const CLASS_FAIR = 3;
export const CLASS_IDLE = 4;

/** Weight of a fair thread of nice level 0. */
export const NICE_0_WEIGHT = 1024;

export class TaskColumns {
  readonly count: number;
  readonly cpu: Int32Array;
  readonly class: Uint8Array;
  /** 1: SCHED_RR; 0: SCHED_FIFO (class RT only). */
  readonly roundRobin: Uint8Array;
  /** Effective priority, 1..99 in class RT, else 0. */
  readonly priority: Uint8Array;
  readonly ownClass: Uint8Array;
  readonly ownPriority: Uint8Array;
  /** 1: wants to run (it may be running). */
  readonly runnable: Uint8Array;
  /** Links in the list of its priority, or of the fair threads of its CPU. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly sliceNs: Float64Array;
  readonly vruntimeNs: Float64Array;
  /** Share of a fair thread: 1024 at nice 0. */
  readonly weight: Int32Array;
  /** CPU time since it was last switched in, interrupts excluded; and in total. */
  readonly ranNs: Float64Array;
  readonly totalNs: Float64Array;
  /** vCPU (a CPU number) that this host thread runs; -1: none. */
  readonly vcpu: Int32Array;
  /** 1: it was switched out since it last looked (preempt notifiers of KVM). */
  readonly switchedOut: Uint8Array;
  /** Sleep timer; -1: it never sleeps on a timer. */
  readonly timer: Int32Array;
  readonly budgetTimer: Int32Array;
  readonly runtimeNs: Float64Array;
  readonly relativeDeadlineNs: Float64Array;
  readonly periodNs: Float64Array;
  readonly budgetNs: Float64Array;
  readonly deadlineNs: Float64Array;
  /** 1: out of budget until its next period. */
  readonly throttled: Uint8Array;
  readonly migrateOff: Uint8Array;
  /** Lock it sleeps on or spins for; -1: none. */
  readonly waitsFor: Int32Array;
  /** CPUs it may use, ascending: `allowed[allowedStart .. allowedEnd)`. */
  readonly allowedStart: Int32Array;
  readonly allowedEnd: Int32Array;
  allowed = new Int32Array(0);

  constructor(tasks: number) {
    this.count = tasks;
    this.cpu = new Int32Array(tasks);
    this.class = new Uint8Array(tasks);
    this.roundRobin = new Uint8Array(tasks);
    this.priority = new Uint8Array(tasks);
    this.ownClass = new Uint8Array(tasks);
    this.ownPriority = new Uint8Array(tasks);
    this.runnable = new Uint8Array(tasks);
    this.next = new Int32Array(tasks).fill(-1);
    this.previous = new Int32Array(tasks).fill(-1);
    this.sliceNs = new Float64Array(tasks);
    this.weight = new Int32Array(tasks).fill(NICE_0_WEIGHT);
    this.vruntimeNs = new Float64Array(tasks);
    this.ranNs = new Float64Array(tasks);
    this.totalNs = new Float64Array(tasks);
    this.vcpu = new Int32Array(tasks).fill(-1);
    this.switchedOut = new Uint8Array(tasks).fill(1);
    this.timer = new Int32Array(tasks).fill(-1);
    this.budgetTimer = new Int32Array(tasks).fill(-1);
    this.runtimeNs = new Float64Array(tasks);
    this.relativeDeadlineNs = new Float64Array(tasks);
    this.periodNs = new Float64Array(tasks);
    this.budgetNs = new Float64Array(tasks);
    this.deadlineNs = new Float64Array(tasks);
    this.throttled = new Uint8Array(tasks);
    this.migrateOff = new Uint8Array(tasks);
    this.waitsFor = new Int32Array(tasks).fill(-1);
    this.allowedStart = new Int32Array(tasks);
    this.allowedEnd = new Int32Array(tasks);
  }
}
