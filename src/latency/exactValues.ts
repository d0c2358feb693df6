/**
 * Counters of a bounded number of different latencies of any size: a hash table with open
 * addressing. Response times of jobs lie milliseconds apart but take few different values; here
 * each costs 16 bytes, wherever it lies.
 */

const SLOTS_START = 256;
/** A table is at most 3/4 full: probes stay short, and an empty slot ends each search. */
const FILL = 3 / 4;

/** 2^16 slots, 1 MiB. */
export const VALUES_MAX = 49_152;

/** MurmurHash3's 32-bit mixing of both halves of `ns`. */
function hashOf(ns: number): number {
  let hash = ns < 2 ** 32 ? ns | 0 : ((ns % 2 ** 32) | 0) ^ Math.imul(ns / 2 ** 32, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

export class ExactValues {
  readonly #valuesMax: number;
  /** Slot i: the value at 2 i, its count at 2 i + 1; count 0: the slot is free. */
  #slots = new Float64Array(0);
  #mask = -1;
  #used = 0;
  #usedMax = 0;

  constructor(valuesMax: number) {
    this.#valuesMax = valuesMax;
  }

  /** Adds `n` > 0 to the counter of `ns`; false if it has none and there may be no more. */
  add(ns: number, n: number): boolean {
    let slots = this.#slots;
    if (slots.length > 0) {
      const at = this.#find(ns);
      if (slots[at + 1] > 0) {
        slots[at + 1] += n;
        return true;
      }
    }
    if (this.#used >= this.#valuesMax) return false;
    if (this.#used >= this.#usedMax) {
      this.#grow();
      slots = this.#slots;
    }
    const at = this.#find(ns);
    slots[at] = ns;
    slots[at + 1] = n;
    this.#used++;
    return true;
  }

  /** Calls `visit` for every value, ascending: the layout of the table does not show. */
  forEach(visit: (ns: number, count: number) => void): void {
    const values = new Float64Array(this.#used);
    let value = 0;
    for (let at = 0; at < this.#slots.length; at += 2) {
      if (this.#slots[at + 1] > 0) values[value++] = this.#slots[at];
    }
    // Values are unique, so the order is total.
    values.sort((a, b) => a - b);
    for (const ns of values) visit(ns, this.#slots[this.#find(ns) + 1]);
  }

  copy(): ExactValues {
    const copy = new ExactValues(this.#valuesMax);
    copy.#slots = this.#slots.slice();
    copy.#mask = this.#mask;
    copy.#used = this.#used;
    copy.#usedMax = this.#usedMax;
    return copy;
  }

  /** Where `ns` is, or the free slot where it belongs. */
  #find(ns: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hashOf(ns) & mask;
    while (slots[2 * slot + 1] > 0 && slots[2 * slot] !== ns) slot = (slot + 1) & mask;
    return 2 * slot;
  }

  #grow(): void {
    const before = this.#slots;
    const count = Math.max(SLOTS_START, before.length);
    this.#slots = new Float64Array(2 * count);
    this.#mask = count - 1;
    this.#usedMax = count * FILL;
    for (let at = 0; at < before.length; at += 2) {
      if (before[at + 1] === 0) continue;
      const to = this.#find(before[at]);
      this.#slots[to] = before[at];
      this.#slots[to + 1] = before[at + 1];
    }
  }
}
