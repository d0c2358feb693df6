/**
 * Sources of costs: a law together with the stream that its draws come from. Costs are drawn in
 * blocks, so that one cost is one load; the values are those of drawing one by one.
 *
 * Laws are integer quantile tables: a uniform 32-bit integer is looked up in the cumulative
 * distribution and interpolated linearly between its knots. Only IEEE additions, multiplications
 * and Math.floor are used, so every JavaScript engine gives the same value.
 */
import type { Law } from '../base/law.js';
import type { RandomStreams } from '../base/random.js';
import type { Dictation } from './choices.js';

const TWO_32 = 4_294_967_296;
/** Costs drawn at a time; a row of them is four cache lines. */
const BLOCK = 32;
const BLOCK_SHIFT = 5;

/** A knot: up to `upper`, u stands for ns + (u - lower) * slope; four numbers a knot. */
const KNOT = 4;
/** The first knot that can hold a draw is found by its highest bits. */
const GUIDE_SHIFT = 24;
const GUIDES = 256;

interface Source {
  readonly path: string;
  readonly law: Law;
  readonly stream: number;
  readonly knots: Float64Array;
  readonly guide: Uint16Array;
}

/** The cumulative distribution of a law, as knots over [0, 2^32). */
export function knotsOf(law: Law): Float64Array {
  const knots: number[] = [];
  let lower = 0;
  let ns = law.minNs;
  const add = (p: number, toNs: number): void => {
    const upper = Math.min(TWO_32, Math.round(p * TWO_32));
    if (upper > lower) {
      // The upper value itself can be drawn, hard maxima included: equal shares for all values,
      // or, with more values than draws, the last draw on the last value.
      const draws = upper - lower;
      const values = toNs - ns + 1;
      knots.push(upper, lower, ns, values <= draws ? values / draws : (values - 1) / (draws - 1));
      lower = upper;
    }
    ns = toNs;
  };
  for (const q of law.quantiles) add(q.p, q.ns);
  add(1, law.maxNs);
  return Float64Array.from(knots);
}

/** Per value of a draw's highest bits: where in `knots` the search for its knot begins. */
function guideOf(knots: Float64Array): Uint16Array {
  const guide = new Uint16Array(GUIDES);
  let k = 0;
  for (let high = 0; high < GUIDES; high++) {
    while (high * (TWO_32 / GUIDES) >= knots[k]) k += KNOT;
    guide[high] = k;
  }
  return guide;
}

/** The value of a law at u, an integer in [0, 2^32), by its knots. */
export function valueAt(knots: Float64Array, u: number): number {
  let k = 0;
  while (u >= knots[k]) k += KNOT;
  return knots[k + 2] + Math.floor((u - knots[k + 1]) * knots[k + 3]);
}

export class CostSources {
  private readonly sources: Source[] = [];
  private readonly known = new Map<string, number>();
  private readonly streams: RandomStreams;
  private readonly raw = new Uint32Array(BLOCK);
  /** Per source a row: the costs of its block. */
  private block = new Float64Array(0);
  /** Blocks filled so far, per source: where in its sequence a draw is. */
  private filled = new Float64Array(0);
  private readonly uniforms = new Map<string, number>();
  private choices: Dictation | null = null;
  /** Per source: the place in its row of its next cost; 0: the row has to be drawn first. */
  private place = new Int32Array(0);

  constructor(streams: RandomStreams) {
    this.streams = streams;
  }

  /** The source that draws `law` from the stream named `path`; known again under the same path. */
  add(law: Law, path: string): number {
    const known = this.known.get(path);
    if (known !== undefined) {
      if (this.sources[known].law !== law) throw new Error(`two laws would share stream ${path}`);
      return known;
    }
    const stream = this.streams.stream(path);
    const knots = knotsOf(law);
    const index = this.sources.push({ path, law, stream, knots, guide: guideOf(knots) }) - 1;
    this.known.set(path, index);
    return index;
  }

  /** Makes room for the blocks; call once, when all sources are known and before the first draw. */
  seal(): void {
    this.block = new Float64Array(this.sources.length * BLOCK);
    this.place = new Int32Array(this.sources.length);
    this.filled = new Float64Array(this.sources.length);
  }

  /** Next cost of a source, integer ns. */
  draw(source: number): number {
    const at = this.place[source];
    if (at === 0) this.refill(source);
    this.place[source] = (at + 1) & (BLOCK - 1);
    return this.block[(source << BLOCK_SHIFT) + at];
  }

  private refill(source: number): void {
    const { law, stream, knots, guide } = this.sources[source];
    const { block, raw } = this;
    const base = source << BLOCK_SHIFT;
    this.filled[source]++;
    if (law.minNs === law.maxNs) {
      block.fill(law.minNs, base, base + BLOCK);
      return;
    }
    this.streams.fill(stream, raw);
    for (let i = 0; i < BLOCK; i++) {
      const u = raw[i];
      let k = guide[u >>> GUIDE_SHIFT];
      while (u >= knots[k]) k += KNOT;
      block[base + i] = knots[k + 2] + Math.floor((u - knots[k + 1]) * knots[k + 3]);
    }
    if (this.choices !== null) this.overlay(source, 0);
  }

  /**
   * From here on draws follow `choices` where these speak of them, also draws whose block is drawn
   * already; null: chance alone decides what is not drawn yet. Throws a RangeError if a choice lies
   * outside its law, now or when its block is drawn.
   */
  dictate(choices: Dictation | null): void {
    this.choices = choices;
    if (choices === null) return;
    for (let source = 0; source < this.filled.length; source++) {
      const { law } = this.sources[source];
      const place = this.place[source];
      if (place > 0 && law.minNs !== law.maxNs) this.overlay(source, place);
    }
  }

  /**
   * One number in [0, belowNs), drawn once from the stream named `path` while a part is built, as
   * the phase of a periodic source is.
   */
  uniform(path: string, belowNs: number): number {
    this.uniforms.set(path, belowNs);
    const u = this.streams.draw(this.streams.stream(path));
    const chosen = this.choices?.at(path, 0);
    if (chosen === undefined) return Math.floor((u / TWO_32) * belowNs);
    if (chosen >= 0 && (chosen < belowNs || chosen === 0)) return chosen;
    throw new RangeError(`${path} lies in 0..${belowNs - 1} ns, not at ${chosen}`);
  }

  /**
   * All draws that are still to come, drawn ahead or not, come from streams of another seed: the
   * same state meets another future.
   */
  reseed(seed: string): void {
    this.streams.reseed(seed);
    this.place.fill(0);
  }

  /** Every source with its law and how many of its draws are taken; in the order of building. */
  drawn(): Array<{ readonly path: string; readonly law: Law; readonly draws: number }> {
    return this.sources.map(({ path, law }, source) => {
      const place = this.place[source];
      const left = place === 0 ? 0 : BLOCK - place;
      return { path, law, draws: this.filled[source] * BLOCK - left };
    });
  }

  /** Numbers drawn by {@link uniform} -> their upper ends. */
  phases(): ReadonlyMap<string, number> {
    return this.uniforms;
  }

  private overlay(source: number, place: number): void {
    const { path, law } = this.sources[source];
    const base = source << BLOCK_SHIFT;
    const first = (this.filled[source] - 1) * BLOCK + place;
    this.choices?.overlay(path, law, first, this.block.subarray(base + place, base + BLOCK));
  }
}
