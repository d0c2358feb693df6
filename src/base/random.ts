/**
 * Named random streams. Each source of randomness draws from its own stream, named by its path in
 * the plan (`guest/plc/vcpu1/exit`): adding or removing a source never moves another one's draws.
 *
 * The generator is alea of seedrandom, which makes the state from the seed; the recurrence runs
 * here, over columns, so that a block of draws is one loop. A test holds it against seedrandom.
 * This is the only file that imports seedrandom.
 */
import seedrandom from 'seedrandom';

/** Words of a stream's state: s0, s1, s2 and the carry. */
const WORDS = 4;
const MULTIPLIER = 2_091_639;
const TWO_MINUS_32 = 2.3283064365386963e-10;
const TWO_32 = 4_294_967_296;

/** State of every stream; a carry of NaN: nothing was drawn from it. */
export type StreamsSnapshot = Float64Array;

/** All streams of one simulated part. */
export class RandomStreams {
  private readonly paths: string[] = [];
  private readonly indexOf = new Map<string, number>();
  private state = new Float64Array(0);
  private readonly single = new Uint32Array(1);
  private seed: string;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** Index of the stream named `path`, created on first use. */
  stream(path: string): number {
    const known = this.indexOf.get(path);
    if (known !== undefined) return known;
    const index = this.paths.push(path) - 1;
    this.indexOf.set(path, index);
    if (this.paths.length * WORDS > this.state.length) {
      const grown = new Float64Array(Math.max(64, 2 * this.paths.length) * WORDS).fill(Number.NaN);
      grown.set(this.state);
      this.state = grown;
    }
    return index;
  }

  /** Next draw of stream `index`: an integer in [0, 2^32). */
  draw(index: number): number {
    this.fill(index, this.single);
    return this.single[0];
  }

  /** Fills `out` with the next draws of stream `index`: the same as drawing one by one. */
  fill(index: number, out: Uint32Array): void {
    const at = index * WORDS;
    const { state } = this;
    if (Number.isNaN(state[at + 3])) this.start(index);
    let s0 = state[at];
    let s1 = state[at + 1];
    let s2 = state[at + 2];
    let carry = state[at + 3];
    for (let i = 0; i < out.length; i++) {
      const t = MULTIPLIER * s0 + carry * TWO_MINUS_32;
      s0 = s1;
      s1 = s2;
      carry = t | 0;
      s2 = t - carry;
      out[i] = (s2 * TWO_32) | 0;
    }
    state[at] = s0;
    state[at + 1] = s1;
    state[at + 2] = s2;
    state[at + 3] = carry;
  }

  /** All streams begin anew, as those of another seed. */
  reseed(seed: string): void {
    this.seed = seed;
    this.state.fill(Number.NaN);
  }

  snapshot(): StreamsSnapshot {
    return this.state.slice();
  }

  restore(snapshot: StreamsSnapshot): void {
    this.state = snapshot.slice();
  }

  private start(index: number): void {
    const generator = seedrandom.alea(`${this.seed}/${this.paths[index]}`, { state: true });
    const { s0, s1, s2, c } = generator.state();
    this.state.set([s0, s1, s2, c], index * WORDS);
  }
}
