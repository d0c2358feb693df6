/**
 * What every lane did, segment by segment, kept just long enough to attribute latencies exactly.
 *
 * A lane's log is a ring of (start, cause). A window is one latency being measured: it begins at
 * its nominal release and moves from lane to lane along the path of its causes. Settling a window
 * walks the ring once and sums by cause, so the cost of attribution is proportional to the
 * segments inside the window. Before the ring overwrites entries that an open window still needs,
 * they are summed into that window: exact for latencies of any length in bounded memory.
 */
const RING = 4096;
const MASK = RING - 1;
const HALF = RING / 2;

export class SegmentLog {
  private readonly startNs: Float64Array;
  private readonly cause: Int32Array;
  private readonly written: Float64Array;
  /** Per lane and usage class, ns; see {@link usageNs}. */
  private readonly usage: Float64Array;
  /** Usage class of each cause. */
  private usageOf = new Uint8Array(0);
  private windowFromNs = new Float64Array(0);
  private windowLane = new Int32Array(0);
  /** Per window and cause, ns settled so far. */
  private settledNs = new Float64Array(0);
  /** Causes with a settled amount, in order of first appearance, per window. */
  private touched = new Int32Array(0);
  private touchedCount = new Int32Array(0);
  private causes = 0;
  private backlog = 0;
  readonly usageClasses: number;

  constructor(lanes: number, usageClasses: number) {
    this.startNs = new Float64Array(lanes * RING);
    this.cause = new Int32Array(lanes * RING).fill(-1);
    this.written = new Float64Array(lanes);
    this.usageClasses = usageClasses;
    this.usage = new Float64Array(lanes * usageClasses);
  }

  /**
   * Fixes the number of windows and causes; `usageOf[cause]` is the class its time counts in,
   * `backlog` the cause of what a window spent before anything the log still holds.
   */
  seal(windows: number, usageOf: readonly number[], backlog: number): void {
    this.causes = usageOf.length;
    this.backlog = backlog;
    this.usageOf = Uint8Array.from(usageOf);
    this.windowFromNs = new Float64Array(windows).fill(Number.POSITIVE_INFINITY);
    this.windowLane = new Int32Array(windows);
    this.settledNs = new Float64Array(windows * this.causes);
    this.touched = new Int32Array(windows * this.causes);
    this.touchedCount = new Int32Array(windows);
  }

  /** From `nowNs` on the lane spends its time on `cause`. */
  push(lane: number, nowNs: number, cause: number): void {
    const base = lane * RING;
    const written = this.written[lane];
    if (written > 0) {
      const last = base + ((written - 1) & MASK);
      const lastCause = this.cause[last];
      if (lastCause === cause) return;
      const spent = nowNs - this.startNs[last];
      if (spent === 0) {
        this.cause[last] = cause;
        return;
      }
      this.usage[lane * this.usageClasses + this.usageOf[lastCause]] += spent;
    }
    if ((written & (HALF - 1)) === 0 && written >= RING) this.spill(lane, written);
    const at = base + (written & MASK);
    this.startNs[at] = nowNs;
    this.cause[at] = cause;
    this.written[lane] = written + 1;
  }

  /**
   * Opens window `window`: its latency starts at `fromNs` and its path is on `lane`. An overloaded
   * thread opens its windows late; time before the lane's oldest segment is charged to the backlog.
   */
  open(window: number, lane: number, fromNs: number): void {
    this.clear(window);
    this.windowFromNs[window] = fromNs;
    this.windowLane[window] = lane;
    const written = this.written[lane];
    if (written < RING) return;
    const oldestNs = this.startNs[lane * RING + (written & MASK)];
    if (fromNs >= oldestNs) return;
    this.charge(window, this.backlog, oldestNs - fromNs);
    this.windowFromNs[window] = oldestNs;
  }

  /** From `nowNs` on, the path of the window is on `lane`. */
  move(window: number, lane: number, nowNs: number): void {
    if (this.windowLane[window] === lane) return;
    this.settle(window, nowNs);
    this.windowLane[window] = lane;
  }

  /** Sums the window up to `toNs` and closes it; read the sums with {@link read}. */
  close(window: number, toNs: number): void {
    this.settle(window, toNs);
    this.windowFromNs[window] = Number.POSITIVE_INFINITY;
  }

  /**
   * Sums of a window, in order of first appearance: writes causes and ns, returns how many.
   * The window's sums are cleared.
   */
  read(window: number, causes: Int32Array, ns: Float64Array): number {
    const count = this.touchedCount[window];
    const base = window * this.causes;
    for (let i = 0; i < count; i++) {
      const cause = this.touched[base + i];
      causes[i] = cause;
      ns[i] = this.settledNs[base + cause];
    }
    this.clear(window);
    return count;
  }

  /** Time a lane spent in a usage class, the segment that is still running included. */
  usageNs(lane: number, usageClass: number, nowNs: number): number {
    const last = lane * RING + ((this.written[lane] - 1) & MASK);
    const running =
      this.written[lane] > 0 && this.usageOf[this.cause[last]] === usageClass
        ? nowNs - this.startNs[last]
        : 0;
    return this.usage[lane * this.usageClasses + usageClass] + running;
  }

  private clear(window: number): void {
    const base = window * this.causes;
    const count = this.touchedCount[window];
    for (let i = 0; i < count; i++) this.settledNs[base + this.touched[base + i]] = 0;
    this.touchedCount[window] = 0;
  }

  private settle(window: number, toNs: number): void {
    const fromNs = this.windowFromNs[window];
    if (toNs <= fromNs) return;
    const lane = this.windowLane[window];
    const ring = lane * RING;
    const newest = this.written[lane] - 1;
    let at = newest;
    while (this.startNs[ring + (at & MASK)] > fromNs) at--;
    let partFromNs = fromNs;
    for (; at <= newest && partFromNs < toNs; at++) {
      const endNs = at === newest ? toNs : Math.min(toNs, this.startNs[ring + ((at + 1) & MASK)]);
      this.charge(window, this.cause[ring + (at & MASK)], endNs - partFromNs);
      partFromNs = endNs;
    }
    this.windowFromNs[window] = toNs;
  }

  private charge(window: number, cause: number, ns: number): void {
    if (ns === 0) return;
    const base = window * this.causes;
    if (this.settledNs[base + cause] === 0) {
      this.touched[base + this.touchedCount[window]++] = cause;
    }
    this.settledNs[base + cause] += ns;
  }

  /** Settles every open window of the lane past the half of the ring that is overwritten next. */
  private spill(lane: number, written: number): void {
    const keepFromNs = this.startNs[lane * RING + ((written - HALF) & MASK)];
    for (let window = 0; window < this.windowFromNs.length; window++) {
      if (this.windowLane[window] === lane && this.windowFromNs[window] < keepFromNs) {
        this.settle(window, keepFromNs);
      }
    }
  }
}
