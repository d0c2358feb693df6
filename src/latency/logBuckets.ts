/**
 * Counters in log-linear buckets: every power of two is cut into 1024 equal parts, so a bucket is
 * never wider than 1/1024 of its values. Below 1024 ns a bucket is one nanosecond. This is where
 * latencies are counted that take too many different values; 352 KiB at any latency.
 */

const PARTS = 1024;
const PARTS_LOG2 = 10;
/** Octaves from 2^10 to 2^52, and one block for the values below 1024. */
const BLOCKS = 44;

/** 2^i: a power that is not a literal costs a call. */
export const POWERS = Float64Array.from({ length: 54 }, (_, i) => 2 ** i);

/** Exponent of the largest power of two at or below `ns`; `ns` 1 .. 2^53 - 1. */
export function exponentOf(ns: number): number {
  return ns < 2 ** 32 ? 31 - Math.clz32(ns) : 63 - Math.clz32(ns / 2 ** 32);
}

function bucketOf(ns: number): number {
  if (ns < PARTS) return ns;
  const shift = exponentOf(ns) - PARTS_LOG2;
  return shift * PARTS + Math.floor(ns / POWERS[shift]);
}

/** Largest ns that falls into the same bucket as `ns`. */
export function bucketUpperNs(ns: number): number {
  if (ns < PARTS) return ns;
  const width = POWERS[exponentOf(ns) - PARTS_LOG2];
  // In this order nothing passes 2^53, not even in the last bucket.
  return Math.floor(ns / width) * width + (width - 1);
}

export class LogBuckets {
  #counts = new Float64Array(0);

  add(ns: number, n: number): void {
    if (this.#counts.length === 0) this.#counts = new Float64Array(BLOCKS * PARTS);
    this.#counts[bucketOf(ns)] += n;
  }

  /** Calls `visit` for every bucket above zero, ascending; both bounds belong to the bucket. */
  forEach(visit: (lowerNs: number, upperNs: number, count: number) => void): void {
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      const count = this.#counts[bucket];
      if (count === 0) continue;
      const shift = Math.max(0, Math.floor(bucket / PARTS) - 1);
      const lowerNs = (bucket - shift * PARTS) * POWERS[shift];
      visit(lowerNs, bucketUpperNs(lowerNs), count);
    }
  }

  copy(): LogBuckets {
    const copy = new LogBuckets();
    copy.#counts = this.#counts.slice();
    return copy;
  }
}
