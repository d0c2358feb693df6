/** Sensitivities of results whose dependence is known. */
import { describe, expect, it } from 'vitest';
import { latinHypercube } from '../../src/calibrate/latinHypercube.js';
import { figuresThatMatter, sensitivities } from '../../src/calibrate/sensitivity.js';

const points = latinHypercube(['a', 'b', 'c'], 300, '1').map((point) => Object.fromEntries(point));

describe('sensitivities', () => {
  it('find the slope of a linear result and its strongest figure', () => {
    const list = sensitivities(
      points,
      points.map(({ a, b }) => 100 + 30 * a - 10 * b),
    );
    expect(list.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    // Axes of a random hypercube correlate by about 1 / sqrt(300).
    expect(list[0].slope).toBeGreaterThan(28);
    expect(list[0].slope).toBeLessThan(32);
    expect(list[1].slope).toBeGreaterThan(-17);
    expect(list[1].slope).toBeLessThan(-3);
    expect(list[2].share).toBeLessThan(0.03);
  });

  it('share out the variance: 9 to 1 for slopes of 3 to 1', () => {
    const list = sensitivities(
      points,
      points.map(({ a, b }) => 3 * a + b),
    );
    expect(list[0].share).toBeGreaterThan(0.85);
    expect(list[1].share).toBeLessThan(0.2);
    expect(figuresThatMatter(list, 0.8)).toBe(1);
    expect(figuresThatMatter(list, 0.999)).toBeGreaterThanOrEqual(2);
  });

  it('explain nothing of a constant', () => {
    const list = sensitivities(
      points,
      points.map(() => 5),
    );
    expect(list.every(({ share, slope }) => share === 0 && slope === 0)).toBe(true);
    expect(figuresThatMatter(list)).toBe(0);
  });

  it('refuse points without results', () => {
    expect(() => sensitivities(points, [1])).toThrow('fit');
    expect(() => sensitivities([], [])).toThrow('fit');
  });
});
