/**
 * A winner tree: which of n permanent things (event slots, lanes) is due first.
 *
 * Slots are numbered by (rank, id) when a part is built, and of two that are due together the smaller
 * number wins, so the order (time, rank, id) is total without any insertion counter. An update costs
 * log2 n comparisons and allocates nothing.
 */
export class WinnerTree {
  /** When each is due, ns; Infinity = not armed. After a write from outside call {@link refresh}. */
  readonly dueNs: Float64Array;
  private readonly winner: Int32Array;
  private readonly leaves: number;

  constructor(size: number) {
    this.leaves = 1;
    while (this.leaves < size) this.leaves *= 2;
    this.dueNs = new Float64Array(this.leaves).fill(Number.POSITIVE_INFINITY);
    this.winner = new Int32Array(2 * this.leaves);
    for (let i = 0; i < this.leaves; i++) this.winner[this.leaves + i] = i;
    for (let i = this.leaves - 1; i > 0; i--) this.winner[i] = this.winner[2 * i];
  }

  /** The one that is due first (any, if none is armed). */
  first(): number {
    return this.winner[1];
  }

  set(index: number, dueNs: number): void {
    if (this.dueNs[index] === dueNs) return;
    this.dueNs[index] = dueNs;
    this.refresh(index);
  }

  /** Finds the winners anew after `dueNs[index]` changed. */
  refresh(index: number): void {
    const { dueNs: due, winner } = this;
    for (let node = (this.leaves + index) >> 1; node > 0; node >>= 1) {
      const left = winner[2 * node];
      const right = winner[2 * node + 1];
      winner[node] = due[right] < due[left] ? right : left;
    }
  }

  /**
   * Until when `index` may be due and still come before all others, ns: they are compared by
   * (time, number), and times are whole numbers.
   */
  aloneUntilNs(index: number): number {
    const { dueNs: due, winner } = this;
    let untilNs = Number.POSITIVE_INFINITY;
    for (let node = this.leaves + index; node > 1; node >>= 1) {
      const other = winner[node ^ 1];
      const otherNs = other > index ? due[other] : due[other] - 1;
      if (otherNs < untilNs) untilNs = otherNs;
    }
    return untilNs;
  }
}
