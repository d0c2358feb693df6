import { expect, test } from 'vitest';
import type { Law } from '../../src/base/law.js';
import { exponentialLaw, rateField } from '../../src/plan/arrival.js';

/** Mean of a law that is straight between its points. */
function mean(law: Law): number {
  const points = [{ p: 0, ns: law.minNs }, ...law.quantiles, { p: 1, ns: law.maxNs }];
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    sum += ((points[i].p - points[i - 1].p) * (points[i].ns + points[i - 1].ns)) / 2;
  }
  return sum;
}

test('the memoryless law keeps its mean and follows -ln(1 - p)', () => {
  for (const meanNs of [1_000, 1_000_000, 3_600_000_000_000]) {
    const law = exponentialLaw(meanNs);
    expect(mean(law) / meanNs).toBeCloseTo(1, 3);
    for (const { p, ns } of law.quantiles) {
      // Half a percent for the scaling that keeps the mean, and the rounding to whole ns.
      const exactNs = -Math.log(1 - p) * meanNs;
      expect(Math.abs(ns - exactNs)).toBeLessThan(exactNs * 0.005 + 1);
    }
  }
});

test('it ascends, never stands still and is cut off at 12 means', () => {
  const law = exponentialLaw(1_000);
  const points = [law.minNs, ...law.quantiles.map((q) => q.ns), law.maxNs];
  expect(points[0]).toBe(1);
  expect(law.maxNs).toBe(12_000);
  for (let i = 1; i < points.length; i++) expect(points[i]).toBeGreaterThan(points[i - 1]);
});

test.each([
  ['1000/s', 1_000_000],
  ['0.5/s', 2_000_000_000],
  ['3/ms', 333_333],
  ['6 / min', 10_000_000_000],
  ['1/h', 3_600_000_000_000],
])('%s has a mean distance of %d ns', (text, meanNs) => {
  expect(rateField.parse(text)).toBe(meanNs);
});

test.each(['0/s', '-1/s', '5', 5, '5/d', '1e3/s', '0.0000001/h', ''])('%j is no rate', (text) => {
  expect(rateField.safeParse(text).success).toBe(false);
});
