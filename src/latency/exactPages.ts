/**
 * Counters at 1 ns in pages of 1024 cells that come into being when a sample first falls on them.
 * Latencies cluster, so a few hundred pages hold a run of any length; the number of pages is bounded,
 * and a sample on a page beyond that is refused.
 */

/** Cells of one page, ns. */
export const PAGE_NS = 1024;

/** Pages below this number are found through a flat table (64 ms), the rare others through a map. */
const TABLE_PAGES_MAX = 65_536;
const TABLE_PAGES_START = 64;

export class ExactPages {
  readonly #pagesMax: number;
  #pages: Float64Array[] = [];
  /** Number of the page in `#pages` at the same index. */
  #numbers: number[] = [];
  /** Page number -> index + 1 in `#pages`, 0 for none. */
  #table = new Int32Array(TABLE_PAGES_START);
  #far = new Map<number, number>();

  constructor(pagesMax: number) {
    this.#pagesMax = pagesMax;
  }

  /** Adds `n` to the counter of `ns`; false if its page does not exist and may not be made. */
  add(ns: number, n: number): boolean {
    const number = Math.floor(ns / PAGE_NS);
    let slot = 0;
    if (number < this.#table.length) slot = this.#table[number];
    else if (number >= TABLE_PAGES_MAX) slot = this.#far.get(number) ?? 0;
    if (slot === 0) {
      if (this.#pages.length >= this.#pagesMax) return false;
      slot = this.#addPage(number);
    }
    this.#pages[slot - 1][ns - number * PAGE_NS] += n;
    return true;
  }

  /** Calls `visit` for every counter above zero, ascending in ns. */
  forEach(visit: (ns: number, count: number) => void): void {
    // Page numbers are unique, so the order is total.
    const order = this.#numbers
      .map((number, index) => ({ number, index }))
      .sort((a, b) => a.number - b.number);
    for (const { number, index } of order) {
      const page = this.#pages[index];
      for (let cell = 0; cell < PAGE_NS; cell++) {
        if (page[cell] > 0) visit(number * PAGE_NS + cell, page[cell]);
      }
    }
  }

  copy(): ExactPages {
    const copy = new ExactPages(this.#pagesMax);
    copy.#pages = this.#pages.map((page) => page.slice());
    copy.#numbers = this.#numbers.slice();
    copy.#table = this.#table.slice();
    copy.#far = new Map(this.#far);
    return copy;
  }

  #addPage(number: number): number {
    const slot = this.#pages.push(new Float64Array(PAGE_NS));
    this.#numbers.push(number);
    if (number >= TABLE_PAGES_MAX) {
      this.#far.set(number, slot);
      return slot;
    }
    if (number >= this.#table.length) {
      let length = this.#table.length;
      while (length <= number) length *= 2;
      const grown = new Int32Array(length);
      grown.set(this.#table);
      this.#table = grown;
    }
    this.#table[number] = slot;
    return slot;
  }
}
