import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, ln, power } from '../../src/latency/elementary.js';

const close = (a: number, b: number): void => {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.max(1e-3, Math.abs(b)));
};

describe('logarithm and exponential from additions alone', () => {
  it('are those of Math, to twelve digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (x) =>
        close(ln(x), Math.log(x)),
      ),
    );
    fc.assert(
      fc.property(fc.double({ min: -300, max: 300, noNaN: true }), (x) => {
        expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 11);
      }),
    );
    expect(power(2, 10)).toBeCloseTo(1024, 8);
    expect(exp(-1000)).toBe(0);
    expect(ln(0)).toBe(Number.NEGATIVE_INFINITY);
  });
});
