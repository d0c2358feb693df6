/**
 * A winner tree over event slots: which of n permanent slots is due first.
 *
 * Slots are numbered by (rank, id) when a part is built, so the smaller slot number wins a tie and
 * the order (time, rank, id) is total without any insertion counter. An update costs log2 n
 * comparisons and allocates nothing.
 */
export class SlotTree {
  /** When each slot is due, ns; Infinity = not armed. Read freely, write through {@link set}. */
  readonly dueNs: Float64Array;
  private readonly winner: Int32Array;
  private readonly leaves: number;

  constructor(slots: number) {
    this.leaves = 1;
    while (this.leaves < slots) this.leaves *= 2;
    this.dueNs = new Float64Array(this.leaves).fill(Number.POSITIVE_INFINITY);
    this.winner = new Int32Array(2 * this.leaves);
    for (let i = 0; i < this.leaves; i++) this.winner[this.leaves + i] = i;
    for (let i = this.leaves - 1; i > 0; i--) this.winner[i] = this.winner[2 * i];
  }

  /** The slot that is due first (any, if none is armed). */
  first(): number {
    return this.winner[1];
  }

  set(slot: number, dueNs: number): void {
    const { dueNs: due, winner } = this;
    if (due[slot] === dueNs) return;
    due[slot] = dueNs;
    for (let node = (this.leaves + slot) >> 1; node > 0; node >>= 1) {
      const left = winner[2 * node];
      const right = winner[2 * node + 1];
      winner[node] = due[right] < due[left] ? right : left;
    }
  }
}
