/** The hypercube visits every stratum of every axis once, and axes do not disturb each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latinHypercube } from '../../src/calibrate/latinHypercube.js';

const strataOf = (axis: string, count: number, seed: string, axes = [axis]): number[] =>
  latinHypercube(axes, count, seed).map((point) => Math.floor((point.get(axis) ?? -1) * count));

describe('latin hypercube', () => {
  it('has one point in each stratum of each axis, strictly inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.string({ maxLength: 5 }), (count, seed) => {
        const axes = ['exit', 'entry', 'wakeup'];
        for (const axis of axes) {
          const strata = strataOf(axis, count, seed, axes).sort((a, b) => a - b);
          expect(strata).toEqual(Array.from({ length: count }, (_, i) => i));
        }
        for (const point of latinHypercube(axes, count, seed)) {
          for (const axis of axes) {
            const position = (point.get(axis) ?? -1) * count;
            expect(position).toBeGreaterThan(Math.floor(position));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('permutes every axis in its own way, and by the seed', () => {
    const exit = strataOf('exit', 50, '1', ['exit', 'entry']);
    expect(exit).not.toEqual(strataOf('entry', 50, '1', ['exit', 'entry']));
    expect(exit).not.toEqual(strataOf('exit', 50, '2'));
    expect(exit).not.toEqual(exit.toSorted((a, b) => a - b));
  });

  it('keeps the positions on an axis when another one is added before it', () => {
    const alone = latinHypercube(['exit'], 30, '1').map((point) => point.get('exit'));
    const both = latinHypercube(['wakeup', 'exit'], 30, '1').map((point) => point.get('exit'));
    expect(both).toEqual(alone);
  });

  it('refuses a count that is none', () => {
    for (const count of [0, -1, 1.5, Number.NaN]) {
      expect(() => latinHypercube(['exit'], count, '1')).toThrow('no number of points');
    }
  });
});
