import { describe, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/base/diagnostics.js';
import { parseCount, parseSpan, parseUptime } from '../../src/cli/usage.js';

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

describe('parseUptime', () => {
  test.each([
    ['3d', 259_200],
    ['90min', 5400],
    ['12h', 43_200],
    ['1s', 1],
  ])('%s', (text, seconds) => expect(parseUptime(text)).toBe(seconds));
  test.each(['0d', '3', '3 d', '-1h', '1.5d', '9999999999d', ''])('refuses "%s"', (text) => {
    expect(() => parseUptime(text)).toThrow(DiagnosticsError);
  });
});
