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
  /** Place of the lane's newest entry in its ring; whether the ring is full. */
  private readonly newest: Int32Array;
  private readonly full: Uint8Array;
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
    this.newest = new Int32Array(lanes).fill(-1);
    this.full = new Uint8Array(lanes);
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
    const newest = this.newest[lane];
    const at = (newest + 1) & MASK;
    const ring = lane * RING;
    if (newest >= 0) {
      const usage = lane * this.usageClasses + this.usageOf[this.cause[ring + newest]];
      this.usage[usage] += nowNs - this.startNs[ring + newest];
      if ((at & (HALF - 1)) === 0) this.enterHalf(lane, at);
    }
    const entry = ring + at;
    this.startNs[entry] = nowNs;
    this.cause[entry] = cause;
    this.newest[lane] = at;
  }

  /**
   * Opens window `window`: its latency starts at `fromNs` and its path is on `lane`. An overloaded
   * thread opens its windows late; time before the oldest segment that stays is charged to the backlog.
   */
  open(window: number, lane: number, fromNs: number): void {
    this.clear(window);
    this.windowFromNs[window] = fromNs;
    this.windowLane[window] = lane;
    if (this.full[lane] === 0) return;
    // The half before the one that is being written: the rest of that one is overwritten unasked.
    const oldestNs = this.startNs[lane * RING + ((this.newest[lane] & HALF) ^ HALF)];
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

  /** The window is on no lane until {@link unpark}. */
  park(window: number, nowNs: number): void {
    this.settle(window, nowNs);
    this.windowFromNs[window] = Number.POSITIVE_INFINITY;
  }

  /** Charges the time since `parkedNs` to `cause`; from `nowNs` on the window is on `lane`. */
  unpark(window: number, lane: number, cause: number, parkedNs: number, nowNs: number): void {
    this.charge(window, cause, nowNs - parkedNs);
    this.windowLane[window] = lane;
    this.windowFromNs[window] = nowNs;
  }

  /** The latency will never end: the window is given up. */
  discard(window: number): void {
    this.open(window, 0, Number.POSITIVE_INFINITY);
  }

  /** Sums the window up to `toNs` and closes it; read the sums with {@link read}. */
  close(window: number, toNs: number): void {
    this.settle(window, toNs);
    this.windowFromNs[window] = Number.POSITIVE_INFINITY;
  }

  /**
   * Closes a window of which nothing has been summed yet and adds its causes to `totalsNs`; returns
   * their sum. Returns -1 and does nothing if a part has been summed: then {@link close} it.
   */
  closeInto(window: number, toNs: number, totalsNs: Float64Array): number {
    if (this.touchedCount[window] > 0) return -1;
    const fromNs = this.windowFromNs[window];
    const { startNs, cause } = this;
    const ring = this.windowLane[window] * RING;
    let at = this.newest[this.windowLane[window]];
    let endNs = toNs;
    let sumNs = 0;
    while (endNs > fromNs) {
      const beganNs = Math.max(startNs[ring + at], fromNs);
      if (beganNs < endNs) {
        totalsNs[cause[ring + at]] += endNs - beganNs;
        sumNs += endNs - beganNs;
        endNs = beganNs;
      }
      at = (at - 1) & MASK;
    }
    this.windowFromNs[window] = Number.POSITIVE_INFINITY;
    return sumNs;
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
    const newest = this.newest[lane];
    const sumNs = this.usage[lane * this.usageClasses + usageClass];
    const running = lane * RING + newest;
    const counts = newest >= 0 && this.usageOf[this.cause[running]] === usageClass;
    return counts ? sumNs + nowNs - this.startNs[running] : sumNs;
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
    const newest = this.newest[lane];
    let at = newest;
    while (this.startNs[ring + at] > fromNs) at = (at - 1) & MASK;
    let partFromNs = fromNs;
    while (partFromNs < toNs) {
      const following = (at + 1) & MASK;
      const endNs = at === newest ? toNs : Math.min(toNs, this.startNs[ring + following]);
      this.charge(window, this.cause[ring + at], endNs - partFromNs);
      partFromNs = endNs;
      at = following;
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

  /** A half of the ring is full: windows let go of the half that is overwritten next. */
  private enterHalf(lane: number, at: number): void {
    if (at === 0) this.full[lane] = 1;
    if (this.full[lane] === 0) return;
    const keepFromNs = this.startNs[lane * RING + ((at + HALF) & MASK)];
    for (let window = 0; window < this.windowFromNs.length; window++) {
      if (this.windowLane[window] === lane && this.windowFromNs[window] < keepFromNs) {
        this.settle(window, keepFromNs);
      }
    }
  }
}
