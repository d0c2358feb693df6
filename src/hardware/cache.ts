/**
 * Cold caches: what a thread finds gone when it runs again, and what it costs to bring it back.
 *
 * A model, not a kernel rule. Each thread has a working set of W lines. In the private cache of its
 * core lines leave in LRU order as others bring theirs. In the last-level cache, or the ways of it
 * that Cache Allocation Technology gives its CPU, neighbours fill at a steady rate F: of W lines
 * W * exp(-F t / K) are left after t, in ways that nobody shares all of them. An inclusive last level
 * takes its lines out of the private caches too. Everything that is gone is brought back at once, when
 * the thread is switched in; in truth it comes as it is touched, so this is early, and never less.
 * Left out: TLBs, prefetching, lines that two threads share, neighbours that rest at times.
 */
export class CacheColumns {
  /** Lines of each thread's working set; 0: it costs nothing. */
  readonly workingSet: Float64Array;
  /** When it left its CPU; NaN: it is there; -Infinity: it never ran. */
  readonly leftNs: Float64Array;
  /** Lines that others had brought to its core by then, and that core. */
  readonly leftAt: Float64Array;
  readonly leftLane: Int32Array;
  /** Lines brought to the private cache so far, per lane. */
  readonly brought: Float64Array;
  /** Lines of the last level that a lane may use, and fill of its neighbours there, lines a second. */
  readonly ways: Float64Array;
  readonly fill: Float64Array;
  /** Sources of the cost of one line from the last level and from memory, per lane. */
  readonly hitCost: Int32Array;
  readonly memoryCost: Int32Array;
  privateLines = 0;
  inclusive = 0;

  constructor(lanes: number, tasks: number) {
    this.workingSet = new Float64Array(tasks);
    this.leftNs = new Float64Array(tasks).fill(Number.NEGATIVE_INFINITY);
    this.leftAt = new Float64Array(tasks);
    this.leftLane = new Int32Array(tasks).fill(-1);
    this.brought = new Float64Array(lanes);
    this.ways = new Float64Array(lanes);
    this.fill = new Float64Array(lanes);
    this.hitCost = new Int32Array(lanes).fill(-1);
    this.memoryCost = new Int32Array(lanes).fill(-1);
  }
}

/** e^(-1/8) in 2^20ths, and how far the table goes: below e^-16 nothing is left. */
const EIGHTH = 925_366;
const ONE = 1_048_576;
const STEPS = 128;

/** e^(-n/8) in 2^20ths, n = 0..128, by whole numbers alone. */
const DECAY: readonly number[] = (() => {
  const table = [ONE];
  for (let n = 1; n <= STEPS; n++) table.push(Math.floor((table[n - 1] * EIGHTH) / ONE));
  return table;
})();

/** Of `lines`, those left after `eighths` eighths of a time constant; linear between the knots. */
export function decayed(lines: number, eighths: number): number {
  if (eighths >= STEPS) return 0;
  const n = Math.floor(eighths);
  const share = DECAY[n] - Math.ceil((DECAY[n] - DECAY[n + 1]) * (eighths - n));
  return Math.floor((lines * share) / ONE);
}

/** Lines of a thread that come from the last level, and from memory, when it runs on `lane` now. */
export function missing(
  cache: CacheColumns,
  task: number,
  lane: number,
  nowNs: number,
): readonly [fromLlc: number, fromMemory: number] {
  const lines = cache.workingSet[task];
  const ways = cache.ways[lane];
  const awayNs = nowNs - cache.leftNs[task];
  const eighths = (8 * cache.fill[lane] * awayNs) / (1e9 * ways);
  const fits = Math.min(lines, ways);
  const left =
    awayNs === Number.POSITIVE_INFINITY ? 0 : decayed(fits, Number.isNaN(eighths) ? 0 : eighths);
  const others = cache.brought[lane] - cache.leftAt[task];
  const own =
    cache.leftLane[task] === lane ? Math.max(0, Math.min(lines, cache.privateLines - others)) : 0;
  const near = cache.inclusive === 1 ? Math.min(own, left) : own;
  const gone = lines - near;
  const fromMemory = Math.min(gone, lines - left);
  return [gone - fromMemory, fromMemory];
}
