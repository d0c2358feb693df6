/**
 * Latin hypercube sampling (McKay, Beckman, Conover 1979): every axis is cut into as many strata as
 * there are points, and each stratum of each axis holds exactly one point. The mean and the extremes
 * of a result over many uncertain figures so need far fewer runs than a grid.
 *
 * Left out: optimising the pairing of axes. Axes are permuted independently.
 */
import { RandomStreams } from '../base/random.js';

const TWO_32 = 4_294_967_296;

/** One point: axis -> position within (0, 1). */
export type SamplePoint = ReadonlyMap<string, number>;

/**
 * `count` points over the named axes. Each axis draws from a stream of its own, so that adding or
 * removing an axis leaves the positions on all others as they are.
 *
 * @example latinHypercube(['exit', 'entry'], 200, '1')[0].get('exit') // in (0, 1)
 */
export function latinHypercube(
  axes: readonly string[],
  count: number,
  seed: string,
): SamplePoint[] {
  if (!Number.isInteger(count) || count < 1) throw new Error(`${count} is no number of points`);
  const streams = new RandomStreams(seed);
  const indices = axes.map((axis) => streams.stream(`latin-hypercube/${axis}`));
  const columns = indices.map((stream) => axisPositions(streams, stream, count));
  return Array.from(
    { length: count },
    (_, point) => new Map(axes.map((axis, i) => [axis, columns[i][point]])),
  );
}

/** One position in each stratum, in random order. */
function axisPositions(streams: RandomStreams, stream: number, count: number): number[] {
  const strata = Array.from({ length: count }, (_, i) => i);
  // Fisher and Yates; the bias of the floor is below count / 2^32.
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(((streams.draw(stream) >>> 0) / TWO_32) * (i + 1));
    [strata[i], strata[j]] = [strata[j], strata[i]];
  }
  return strata.map((stratum) => (stratum + draw01(streams, stream)) / count);
}

/** Strictly between 0 and 1, so that a position never lies on the border of its stratum. */
function draw01(streams: RandomStreams, stream: number): number {
  return ((streams.draw(stream) >>> 0) + 0.5) / TWO_32;
}
