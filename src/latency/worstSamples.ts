/**
 * The K largest latencies of a run with the full breakdown of each. Of equal latencies the earliest
 * stay. Everything lives in columns made once; an offer copies, and most offers only compare.
 */
import type { Share, WorstSample } from './result.js';

/** A frozen copy; only `restore` looks inside. */
export interface WorstSamplesSnapshot {
  readonly used: number;
  readonly offers: number;
  readonly latencyNs: Float64Array;
  readonly atNs: Float64Array;
  readonly offer: Float64Array;
  readonly parts: Int32Array;
  readonly cause: Int32Array;
  readonly partNs: Float64Array;
}

export class WorstSamples {
  readonly #k: number;
  readonly #causeCount: number;
  #used = 0;
  #offers = 0;
  readonly #latencyNs: Float64Array;
  readonly #atNs: Float64Array;
  /** Number of the kept offer: the last tie-breaker, for samples that end at one instant. */
  readonly #offer: Float64Array;
  /** Per row: how many causes have a share, and which, in the order of the path. */
  readonly #parts: Int32Array;
  readonly #cause: Int32Array;
  readonly #partNs: Float64Array;
  /** The row that the next larger sample replaces, once all rows are used. */
  #victim = 0;

  /** `k` >= 0 rows of `causeCount` causes each. */
  constructor(k: number, causeCount: number) {
    this.#k = k;
    this.#causeCount = causeCount;
    this.#latencyNs = new Float64Array(k);
    this.#atNs = new Float64Array(k);
    this.#offer = new Float64Array(k);
    this.#parts = new Int32Array(k);
    this.#cause = new Int32Array(k * causeCount);
    this.#partNs = new Float64Array(k * causeCount);
  }

  /** True if {@link offer} would keep such a sample. */
  wants(latencyNs: number, atNs: number): boolean {
    if (this.#used < this.#k) return true;
    const row = this.#victim;
    if (row === this.#k) return false;
    const least = this.#latencyNs[row];
    return latencyNs > least || (latencyNs === least && atNs < this.#atNs[row]);
  }

  /** Keeps a copy of the sample if it is among the K worst so far. */
  offer(
    latencyNs: number,
    atNs: number,
    causes: Int32Array,
    partsNs: Float64Array,
    count: number,
  ): void {
    if (!this.wants(latencyNs, atNs)) return;
    const number = this.#offers++;
    const row = this.#used < this.#k ? this.#used++ : this.#victim;
    this.#latencyNs[row] = latencyNs;
    this.#atNs[row] = atNs;
    this.#offer[row] = number;
    const start = row * this.#causeCount;
    this.#parts[row] = count;
    for (let i = 0; i < count; i++) {
      this.#cause[start + i] = causes[i];
      this.#partNs[start + i] = partsNs[i];
    }
    if (this.#used === this.#k) this.#chooseVictim();
  }

  /** Worst first; causes with a share, in the order of the path. */
  toResult(causeNames: readonly string[]): WorstSample[] {
    const rows = Array.from({ length: this.#used }, (_, row) => row);
    rows.sort((a, b) => (this.#isWorse(a, b) ? -1 : 1));
    return rows.map((row) => {
      const attribution: Share[] = [];
      const start = row * this.#causeCount;
      for (let i = 0; i < this.#parts[row]; i++) {
        attribution.push({
          cause: causeNames[this.#cause[start + i]],
          ns: this.#partNs[start + i],
        });
      }
      return { atNs: this.#atNs[row], latencyNs: this.#latencyNs[row], attribution };
    });
  }

  snapshot(): WorstSamplesSnapshot {
    return {
      used: this.#used,
      offers: this.#offers,
      latencyNs: this.#latencyNs.slice(),
      atNs: this.#atNs.slice(),
      offer: this.#offer.slice(),
      parts: this.#parts.slice(),
      cause: this.#cause.slice(),
      partNs: this.#partNs.slice(),
    };
  }

  /** Throws a RangeError if the snapshot has other columns. */
  restore(snapshot: WorstSamplesSnapshot): void {
    if (
      snapshot.latencyNs.length !== this.#k ||
      snapshot.partNs.length !== this.#k * this.#causeCount
    ) {
      throw new RangeError('the snapshot has another number of samples or causes');
    }
    this.#used = snapshot.used;
    this.#offers = snapshot.offers;
    this.#latencyNs.set(snapshot.latencyNs);
    this.#atNs.set(snapshot.atNs);
    this.#offer.set(snapshot.offer);
    this.#parts.set(snapshot.parts);
    this.#cause.set(snapshot.cause);
    this.#partNs.set(snapshot.partNs);
    if (this.#used === this.#k) this.#chooseVictim();
  }

  #chooseVictim(): void {
    let victim = 0;
    for (let row = 1; row < this.#used; row++) if (this.#isWorse(victim, row)) victim = row;
    this.#victim = victim;
  }

  /** Total order: larger latency, then earlier, then offered first. */
  #isWorse(a: number, b: number): boolean {
    if (this.#latencyNs[a] !== this.#latencyNs[b]) return this.#latencyNs[a] > this.#latencyNs[b];
    if (this.#atNs[a] !== this.#atNs[b]) return this.#atNs[a] < this.#atNs[b];
    return this.#offer[a] < this.#offer[b];
  }
}
