import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/base/diagnostics.js';
import { editDistance, nearestName, parseCount, parseSpan } from '../../src/cli/usage.js';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

/** Optimal string alignment by its recursive definition. */
function naiveDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [i, j] = [a.length, b.length];
  const best = Math.min(
    naiveDistance(a.slice(0, -1), b) + 1,
    naiveDistance(a, b.slice(0, -1)) + 1,
    naiveDistance(a.slice(0, -1), b.slice(0, -1)) + (a[i - 1] === b[j - 1] ? 0 : 1),
  );
  if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
    return Math.min(best, naiveDistance(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return best;
}

describe('editDistance', () => {
  test('equals its recursive definition', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(naiveDistance(a, b));
      }),
    );
  });
});

describe('nearestName', () => {
  test.each([
    ['actvations', 'activations'],
    ['sede', 'seed'],
    ['htm', 'html'],
    ['zzzzzz', undefined],
    ['', undefined],
  ])('%s -> %s', (typed, expected) => {
    expect(nearestName(typed, ['activations', 'seed', 'html'])).toBe(expected);
  });
});

describe('parseCount', () => {
  test.each([
    ['1', 1],
    ['1e6', 1_000_000],
    ['100000', 100_000],
  ])('%s', (text, value) => {
    expect(parseCount('--n', text, 1, 1e12)).toBe(value);
  });

  test.each(['0', '-1', '1.5', '1e-3', '1e13', '0x10', 'many', '', '1e99', ' 1', 'Infinity'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseCount('--n', text, 1, 1e12)).toThrow(DiagnosticsError);
    },
  );
});

describe('parseSpan', () => {
  test('takes a duration', () => expect(parseSpan('--for', '10s')).toBe(10e9));
  test.each(['0s', '-1s', '10', '10 parsecs', '', '200000000h'])('refuses "%s"', (text) => {
    expect(() => parseSpan('--for', text)).toThrow(DiagnosticsError);
  });
});
