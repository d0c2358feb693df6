/**
 * A sum of whole numbers that stays exact beyond 2^53. A soak of 10^10 samples of 1 ms passes 2^53
 * ns, and from there on a plain double would lose single nanoseconds without a sign.
 */

/** One limb: both parts and every intermediate stay below 2^53. */
const LIMB = 2 ** 52;

/** Two limbs of 52 bits: value = high * 2^52 + low. Adding allocates nothing. */
export class ExactSum {
  #high = 0;
  #low = 0;

  /** Adds an integer, 0 .. 2^53 - 1. */
  add(value: number): void {
    // Rounded where it passes 2^53, which is far above the limb: the comparison is right anyway.
    const low = this.#low + value;
    if (low < LIMB) this.#low = low;
    else this.#carry(value);
  }

  /** Adds `value` `times` times, both integers 0 .. 2^53 - 1. */
  addMany(value: number, times: number): void {
    const product = value * times;
    if (product <= Number.MAX_SAFE_INTEGER) this.add(product);
    else this.#set(this.toBigInt() + BigInt(value) * BigInt(times));
  }

  addSum(other: ExactSum): void {
    this.#set(this.toBigInt() + other.toBigInt());
  }

  toBigInt(): bigint {
    return BigInt(this.#high) * BigInt(LIMB) + BigInt(this.#low);
  }

  /** The nearest double; exact up to 2^53. */
  toNumber(): number {
    return this.#high * LIMB + this.#low;
  }

  /** The sum divided by `count` > 0; the whole part is exact. */
  dividedBy(count: number): number {
    const plain = this.toNumber();
    if (plain <= Number.MAX_SAFE_INTEGER) return plain / count;
    const sum = this.toBigInt();
    const divisor = BigInt(count);
    return Number(sum / divisor) + Number(sum % divisor) / count;
  }

  copyFrom(other: ExactSum): void {
    this.#high = other.#high;
    this.#low = other.#low;
  }

  #carry(value: number): void {
    let rest = value;
    if (rest >= LIMB) {
      rest -= LIMB;
      this.#high += 1;
    }
    const low = this.#low + rest;
    if (low >= LIMB) {
      this.#low = low - LIMB;
      this.#high += 1;
    } else {
      this.#low = low;
    }
  }

  #set(value: bigint): void {
    this.#high = Number(value / BigInt(LIMB));
    this.#low = Number(value % BigInt(LIMB));
  }
}
