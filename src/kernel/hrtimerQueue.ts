/**
 * The hrtimer queues ([S] kernel/time/hrtimer.c): per CPU one heap of timers that expire in hard
 * interrupt context and one of those that expire in softirq context, ordered by expiry and then by
 * timer number, so that equal expiries never depend on the history of the heap.
 */
export const TIMER_WAKE = 0;
export const TIMER_TICK = 1;
export const TIMER_SERVER = 2;
export const TIMER_DEADLINE = 3;
export const TIMER_LAPIC = 4;
export const TIMER_MEASURE = 5;

export class HrtimerQueue {
  readonly expiryNs: Float64Array;
  readonly kind: Uint8Array;
  /** The task, CPU or vCPU that the timer is about. */
  readonly subject: Int32Array;
  readonly soft: Uint8Array;
  /** Heap in which the timer is queued: 2 * cpu, + 1 for the soft one; -1: not queued. */
  readonly queue: Int32Array;
  /** Expiry of the first timer of each heap; Infinity: empty. */
  readonly firstExpiryNs: Float64Array;
  private readonly position: Int32Array;
  private readonly heap: Int32Array;
  private readonly size: Int32Array;
  private readonly capacity: number;
  /** 1 from raising HRTIMER_SOFTIRQ until it ran: soft timers do not program the device then. */
  readonly softRaised: Uint8Array;
  /** 1 while hrtimer_interrupt runs: it programs the device once, at its end. */
  readonly inInterrupt: Uint8Array;

  constructor(cpus: number, timers: number) {
    this.capacity = timers;
    this.expiryNs = new Float64Array(timers);
    this.kind = new Uint8Array(timers);
    this.subject = new Int32Array(timers);
    this.soft = new Uint8Array(timers);
    this.queue = new Int32Array(timers).fill(-1);
    this.firstExpiryNs = new Float64Array(2 * cpus).fill(Number.POSITIVE_INFINITY);
    this.position = new Int32Array(timers);
    this.heap = new Int32Array(2 * cpus * timers);
    this.size = new Int32Array(2 * cpus);
    this.softRaised = new Uint8Array(cpus);
    this.inInterrupt = new Uint8Array(cpus);
  }

  first(queue: number): number {
    return this.size[queue] === 0 ? -1 : this.heap[queue * this.capacity];
  }

  /** When the CPU's device must fire next. */
  nextEventNs(cpu: number): number {
    const hardNs = this.firstExpiryNs[2 * cpu];
    const softNs = this.firstExpiryNs[2 * cpu + 1];
    return softNs < hardNs && this.softRaised[cpu] === 0 ? softNs : hardNs;
  }

  add(timer: number, queue: number, expiryNs: number): void {
    this.expiryNs[timer] = expiryNs;
    this.queue[timer] = queue;
    this.siftUp(queue, this.size[queue]++, timer);
    if (expiryNs < this.firstExpiryNs[queue]) this.firstExpiryNs[queue] = expiryNs;
  }

  remove(timer: number): void {
    const queue = this.queue[timer];
    const base = queue * this.capacity;
    this.queue[timer] = -1;
    const hole = this.position[timer];
    const size = --this.size[queue];
    const last = this.heap[base + size];
    if (last !== timer) {
      this.siftUp(queue, hole, last);
      if (this.position[last] === hole) this.siftDown(queue, hole, last);
    }
    if (hole === 0) {
      this.firstExpiryNs[queue] =
        size === 0 ? Number.POSITIVE_INFINITY : this.expiryNs[this.heap[base]];
    }
  }

  private before(a: number, b: number): boolean {
    const { expiryNs } = this;
    return expiryNs[a] < expiryNs[b] || (expiryNs[a] === expiryNs[b] && a < b);
  }

  private siftUp(queue: number, from: number, timer: number): void {
    const base = queue * this.capacity;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = this.heap[base + parent];
      if (!this.before(timer, other)) break;
      this.heap[base + at] = other;
      this.position[other] = at;
      at = parent;
    }
    this.heap[base + at] = timer;
    this.position[timer] = at;
  }

  private siftDown(queue: number, from: number, timer: number): void {
    const base = queue * this.capacity;
    const size = this.size[queue];
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.before(this.heap[base + child + 1], this.heap[base + child])) {
        child++;
      }
      const other = this.heap[base + child];
      if (!this.before(other, timer)) break;
      this.heap[base + at] = other;
      this.position[other] = at;
      at = child;
    }
    this.heap[base + at] = timer;
    this.position[timer] = at;
  }
}
