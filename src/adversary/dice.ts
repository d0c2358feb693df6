/** The random decisions of one chain of a search: a stream of its own, named by its path. */
import { RandomStreams } from '../base/random.js';

const TWO_32 = 4_294_967_296;

export class Dice {
  private readonly streams: RandomStreams;
  private readonly stream: number;

  constructor(seed: string, path: string) {
    this.streams = new RandomStreams(seed);
    this.stream = this.streams.stream(path);
  }

  /** An integer in [0, below); 0 where `below` is 0 or less. */
  below(below: number): number {
    if (below <= 0) return 0;
    return Math.floor((this.streams.draw(this.stream) / TWO_32) * below);
  }

  /** An integer in [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** One of a non-empty list. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}
