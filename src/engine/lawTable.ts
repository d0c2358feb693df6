/**
 * Cost laws compiled to integer quantile tables: a draw is a uniform 32-bit integer looked up in
 * the cumulative distribution and interpolated linearly between its knots. Only IEEE additions,
 * multiplications and Math.floor are used, so every JavaScript engine gives the same value.
 */
import type { Law } from '../base/law.js';
import type { RandomStreams } from '../base/random.js';

const TWO_32 = 4_294_967_296;

export class LawTable {
  /** Per law: first and one-past-last knot; equal for a constant law. */
  private readonly first: number[] = [];
  private readonly end: number[] = [];
  private readonly minNs: number[] = [];
  private readonly knots: Array<{ lower: number; upper: number; ns: number; slope: number }> = [];
  private readonly known = new Map<Law, number>();
  private upper = new Float64Array(0);
  private lower = new Float64Array(0);
  private baseNs = new Float64Array(0);
  private slope = new Float64Array(0);
  private firstKnot = new Int32Array(0);
  private endKnot = new Int32Array(0);
  private constantNs = new Float64Array(0);

  /** Index of a law; laws are added while programs are built, before {@link seal}. */
  add(law: Law): number {
    const index = this.known.get(law);
    if (index !== undefined) return index;
    const added = this.first.length;
    this.known.set(law, added);
    this.first.push(this.knots.length);
    this.minNs.push(law.minNs);
    if (law.minNs !== law.maxNs) this.addKnots(law);
    this.end.push(this.knots.length);
    return added;
  }

  /** Copies the laws into columns; call once, before the first draw. */
  seal(): void {
    this.upper = Float64Array.from(this.knots, (k) => k.upper);
    this.lower = Float64Array.from(this.knots, (k) => k.lower);
    this.baseNs = Float64Array.from(this.knots, (k) => k.ns);
    this.slope = Float64Array.from(this.knots, (k) => k.slope);
    this.firstKnot = Int32Array.from(this.first);
    this.endKnot = Int32Array.from(this.end);
    this.constantNs = Float64Array.from(this.minNs);
  }

  /** One cost in ns. A constant law draws nothing. */
  draw(law: number, streams: RandomStreams, stream: number): number {
    let knot = this.firstKnot[law];
    if (knot === this.endKnot[law]) return this.constantNs[law];
    const u = streams.draw(stream);
    while (u >= this.upper[knot]) knot++;
    return this.baseNs[knot] + Math.floor((u - this.lower[knot]) * this.slope[knot]);
  }

  private addKnots(law: Law): void {
    let lower = 0;
    let ns = law.minNs;
    const add = (p: number, toNs: number): void => {
      const upper = Math.min(TWO_32, Math.round(p * TWO_32));
      if (upper > lower) {
        // +1 so that the upper value itself can be drawn: hard maxima are reachable.
        this.knots.push({ lower, upper, ns, slope: (toNs - ns + 1) / (upper - lower) });
        lower = upper;
      }
      ns = toNs;
    };
    for (const q of law.quantiles) add(q.p, q.ns);
    add(1, law.maxNs);
  }
}
