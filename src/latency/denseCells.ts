/**
 * Counters of small latencies, one cell a nanosecond, in pages that come into being when a sample
 * first falls on them. Most latencies of a sound plan are small and lie close together, so a few
 * pages take nearly every sample, by index alone.
 */

/** Latencies below this many ns have a cell: 64 us, 512 KiB if all of it is used. */
export const DENSE_NS = 65_536;

const PAGE_LOG2 = 10;
const PAGE_NS = 1 << PAGE_LOG2;

export class DenseCells {
  #pages: Array<Float64Array | undefined> = new Array<undefined>(DENSE_NS / PAGE_NS).fill(
    undefined,
  );

  /** Adds `n` to the cell of `ns`, 0 .. DENSE_NS - 1. */
  add(ns: number, n: number): void {
    const number = ns >>> PAGE_LOG2;
    let page = this.#pages[number];
    if (page === undefined) {
      page = new Float64Array(PAGE_NS);
      this.#pages[number] = page;
    }
    page[ns & (PAGE_NS - 1)] += n;
  }

  /** Calls `visit` for every cell above zero, ascending. */
  forEach(visit: (ns: number, count: number) => void): void {
    this.#pages.forEach((page, number) => {
      if (page === undefined) return;
      for (let cell = 0; cell < PAGE_NS; cell++) {
        if (page[cell] > 0) visit(number * PAGE_NS + cell, page[cell]);
      }
    });
  }

  copy(): DenseCells {
    const copy = new DenseCells();
    copy.#pages = this.#pages.map((page) => page?.slice());
    return copy;
  }
}
