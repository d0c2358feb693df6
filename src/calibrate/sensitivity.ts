/**
 * Which free figure a swept result hangs on: least squares over the points of a Latin hypercube.
 * The axes of a hypercube are nearly independent, so one regression an axis is enough; results of
 * this model are close to linear in every factor.
 */
import type { Factors } from './freeFigures.js';

export interface Sensitivity {
  readonly name: string;
  /** Change of the result for a change of the factor by 1. */
  readonly slope: number;
  /** Share of the result's variance that this figure explains alone, 0..1. */
  readonly share: number;
}

/** Sensitivities of `results[i]` at `points[i]`, the largest share first. */
export function sensitivities(
  points: readonly Factors[],
  results: readonly number[],
): Sensitivity[] {
  if (points.length === 0 || points.length !== results.length) {
    throw new Error('points and results do not fit each other');
  }
  const result = spread(results);
  const list = Object.keys(points[0]).map((name) => {
    const factor = spread(points.map((point) => point[name]));
    const both = factor.away.reduce((sum, away, i) => sum + away * result.away[i], 0);
    if (factor.squares === 0 || result.squares === 0) return { name, slope: 0, share: 0 };
    const share = (both * both) / (factor.squares * result.squares);
    return { name, slope: both / factor.squares, share };
  });
  return list.sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
}

/** Deviations from the mean, and the sum of their squares. */
function spread(values: readonly number[]): { away: number[]; squares: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const away = values.map((value) => value - mean);
  return { away, squares: away.reduce((sum, value) => sum + value * value, 0) };
}

/** How many figures, the strongest first, explain `wanted` of what all explain together. */
export function figuresThatMatter(list: readonly Sensitivity[], wanted = 0.9): number {
  const total = list.reduce((sum, { share }) => sum + share, 0);
  let explained = 0;
  let count = 0;
  for (const { share } of list) {
    if (total === 0 || explained >= wanted * total) break;
    explained += share;
    count++;
  }
  return count;
}
