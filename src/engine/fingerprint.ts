/**
 * Fingerprint of what was dispatched: one chain per lane over (time, step), in two 32-bit halves.
 * Chains of lanes combine by weights, so that the order in which lanes are simulated is no part of
 * it.
 */
export class Fingerprint {
  /** Two halves per lane. */
  readonly chain: Int32Array;

  constructor(lanes: number) {
    this.chain = new Int32Array(2 * lanes);
  }

  /** Adds the end of a step to the lane's chain; `identity` comes from the step's names alone. */
  mix(lane: number, nowNs: number, identity: number): void {
    const { chain } = this;
    const a = Math.imul(chain[2 * lane] ^ (nowNs | 0), 0x9e3779b1);
    chain[2 * lane] = a ^ (a >>> 15);
    const b = Math.imul(chain[2 * lane + 1] + identity, 0x85ebca6b);
    chain[2 * lane + 1] = b ^ (b >>> 13) ^ a;
  }

  /** The lane's share of a whole, weighted by its pCPU: [low, high]. */
  share(lane: number, pcpu: number): [number, number] {
    const weight = 2 * pcpu + 1;
    return [
      Math.imul(this.chain[2 * lane], Math.imul(weight, 0x9e3779b1)),
      Math.imul(this.chain[2 * lane + 1], Math.imul(weight, 0x85ebca6b)),
    ];
  }
}
