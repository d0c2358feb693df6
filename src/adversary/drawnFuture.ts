/**
 * A future as its draws: every draw from a moment on, by source and place, drawn when it is first
 * asked for and kept. Redrawing some of them gives a neighbour of that future, by a step that leaves
 * the distribution of futures as it is.
 */
import type { Law } from '../base/law.js';
import { RandomStreams } from '../base/random.js';
import type { Dictation } from '../engine/choices.js';
import { knotsOf, valueAt } from '../engine/costSources.js';

const TWO_32 = 4_294_967_296;

/** Uniform integers in [0, 2^32) for futures, and decisions about them. */
export class FutureDice {
  private readonly streams: RandomStreams;
  private readonly stream: number;
  private readonly knots = new Map<Law, Float64Array>();

  constructor(seed: string) {
    this.streams = new RandomStreams(seed);
    this.stream = this.streams.stream('futures');
  }

  integer(): number {
    return this.streams.draw(this.stream);
  }

  below(n: number): number {
    return Math.floor((this.integer() / TWO_32) * n);
  }

  /**
   * Another number in the place of `u`: any one, or one nearby, going round at the ends. Either
   * way it is uniform if `u` is.
   */
  instead(u: number): number {
    if (this.below(2) === 0) return this.integer();
    // From a quarter of the range down to a 256th: far out, only near neighbours stay.
    const reach = TWO_32 / (4 << this.below(7));
    const moved = u + this.below(2 * reach + 1) - reach;
    return moved < 0 ? moved + TWO_32 : moved >= TWO_32 ? moved - TWO_32 : moved;
  }

  value(law: Law, u: number): number {
    let knots = this.knots.get(law);
    if (knots === undefined) {
      knots = knotsOf(law);
      this.knots.set(law, knots);
    }
    return valueAt(knots, u);
  }
}

export class DrawnFuture implements Dictation {
  /** Uniform numbers of each source, from the first draw of the future on. */
  private readonly sources = new Map<string, number[]>();

  /** `firstDraws`: draws of each source that lie before the future. */
  constructor(
    private readonly firstDraws: ReadonlyMap<string, number>,
    private readonly dice: FutureDice,
  ) {}

  at(): undefined {
    return undefined;
  }

  overlay(source: string, law: Law, first: number, values: Float64Array): void {
    let draws = this.sources.get(source);
    if (draws === undefined) {
      draws = [];
      this.sources.set(source, draws);
    }
    const from = first - (this.firstDraws.get(source) ?? 0);
    while (draws.length < from + values.length) draws.push(this.dice.integer());
    for (let i = 0; i < values.length; i++) values[i] = this.dice.value(law, draws[from + i]);
  }

  /** The same future from another moment, with one in `oneIn` of its draws made anew. */
  neighbour(firstDraws: ReadonlyMap<string, number>, oneIn: number): DrawnFuture {
    const next = new DrawnFuture(firstDraws, this.dice);
    for (const [source, draws] of this.sources) {
      next.sources.set(
        source,
        draws.map((u) => (this.dice.below(oneIn) === 0 ? this.dice.instead(u) : u)),
      );
    }
    return next;
  }
}
