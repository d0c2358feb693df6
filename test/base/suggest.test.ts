import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from '../../src/base/suggest.js';

test('the nearest name within its bound', () => {
  expect(nearestName('prioritiy', ['policy', 'priority'])).toBe('priority');
  expect(nearestName('VCPU', ['cpus', 'vcpu'])).toBe('vcpu');
  expect(nearestName('pirority', ['priority'])).toBe('priority');
  expect(nearestName('ab', ['ba', 'xx'])).toBe('ba');
  expect(nearestName('zzz', ['policy', 'priority'])).toBeUndefined();
  expect(nearestName('', ['a'])).toBeUndefined();
  expect(nearestName('x'.repeat(10_000), ['x'])).toBeUndefined();
  expect(nearestName('hosta', ['hostb', 'hostc'])).toBe('hostb');
});

/** Straight from the definition. */
function naive(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [i, j] = [a.length - 1, b.length - 1];
  const swap = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
  return Math.min(
    naive(a.slice(0, -1), b) + 1,
    naive(a, b.slice(0, -1)) + 1,
    naive(a.slice(0, -1), b.slice(0, -1)) + (a[i] === b[j] ? 0 : 1),
    swap ? naive(a.slice(0, -2), b.slice(0, -2)) + 1 : Number.POSITIVE_INFINITY,
  );
}

test('the distance is that of the definition, cut at the bound', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 6 }), (a, b, bound) => {
      expect(editDistance(a, b)).toBe(naive(a, b));
      expect(editDistance(a, b, bound)).toBe(Math.min(naive(a, b), bound));
    }),
  );
});
