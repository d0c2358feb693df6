import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Call,
  callsOf,
  dimensionOf,
  evaluate,
  holds,
  readingOf,
} from '../../src/experiment/expression.js';
import { parseComparison, parseExpression } from '../../src/experiment/expressionText.js';

const VALUES: Readonly<Record<string, number>> = { a: 1000, b: 2500, none: Number.NaN };
const lookup = ({ variant }: Call): number => VALUES[variant];

function valueIn(text: string): number {
  const expression = parseExpression(text);
  if ('message' in expression) throw new Error(expression.message);
  return evaluate(expression, lookup);
}

function check(text: string): boolean | undefined {
  const comparison = parseComparison(text);
  if ('message' in comparison) throw new Error(comparison.message);
  return holds(comparison, lookup);
}

describe('expressions', () => {
  test.each([
    ['mean(a)', 1000],
    ['mean(b) - mean(a)', 1500],
    ['mean(b) / mean(a)', 2.5],
    ['1us + 2 * mean(a)', 3000],
    ['(1us + mean(a)) * 2', 4000],
    ['10 - 2 - 3', 5],
    ['mean(a) / (mean(b) - 2.5us)', Number.NaN],
    ['mean(none) + mean(a)', Number.NaN],
  ])('%s', (text, value) => {
    expect(valueIn(text)).toBe(value);
  });

  test.each([
    ['mean(a) < mean(b)', true],
    ['mean(b) < mean(a)', false],
    ['mean(a) < mean(b) < 2us', false],
    ['1us <= mean(a) < mean(b) <= 2.5us', true],
    ['mean(b) in 2us..3us', true],
    ['mean(b) / mean(a) in 3..4', false],
    ['count(a) = 1000', true],
    ['max(none) > 0ns', undefined],
  ])('%s is %s', (text, value) => {
    expect(check(text)).toBe(value);
  });

  test('name variant, workload, cause and percentile', () => {
    const calls = (text: string) => {
      const expression = parseExpression(text);
      return 'message' in expression ? [] : callsOf(expression);
    };
    expect(calls('p99.9(halt-1, plc-cyclictest) + cause(b, "irq thread (x), y")')).toMatchObject([
      {
        statistic: 'percentile',
        percentile: '99.9',
        variant: 'halt-1',
        workload: 'plc-cyclictest',
      },
      { statistic: 'cause', variant: 'b', cause: 'irq thread (x), y' },
    ]);
    expect(calls('worst(b, w, "VM exit")')).toMatchObject([
      { statistic: 'worst', variant: 'b', workload: 'w', cause: 'VM exit' },
    ]);
  });

  test.each([
    ['mean(a) > 3', 'a time is compared with a plain number', 0],
    ['mean(a) + 3 > 2us', 'a time and a plain number are added', 9],
    ['mean(a)', 'nothing is compared', 0],
    ['median(a) > 1us', 'there is no statistic "median"', 0],
    ['mean(a > 1us', 'expected a closing bracket, found "> 1us"', 7],
    ['mean(a) > 1us extra', 'expected the end, found "extra"', 14],
    ['mean(a) > 1lightyear', 'lightyear', 10],
    ['mean(a) in 1us', 'expected a range', 14],
    ['cause(a) > 1us', 'cause has the wrong number of names', 0],
    ['mean(a, b, c) > 1us', 'mean has the wrong number of names', 0],
  ])('%s is refused with its place', (text, message, at) => {
    const fault = parseComparison(text);
    expect(fault).toMatchObject({ at, message: expect.stringContaining(message) });
    expect('fix' in fault && fault.fix.length).toBeGreaterThan(5);
  });

  test('never throw and never hang on any text', () => {
    const words = fc.constantFrom(
      'mean(a)',
      '(',
      ')',
      '<',
      '..',
      'in',
      '2us',
      '-',
      '*',
      '"',
      'p99(',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 300 }).map((w) => w.join(' ')),
    );
    fc.assert(
      fc.property(text, (written) => {
        const read = parseComparison(written);
        expect('message' in read || read.relations.length > 0).toBe(true);
      }),
    );
    expect(parseComparison('('.repeat(500))).toHaveProperty('message');
  });

  test('are read as the one measured side, or as a ratio of two', () => {
    const reading = (text: string) => {
      const comparison = parseComparison(text);
      if ('message' in comparison) throw new Error(comparison.message);
      const expression = readingOf(comparison);
      return [evaluate(expression, lookup), dimensionOf(expression)];
    };
    expect(reading('mean(b) - mean(a) in 1us..2us')).toEqual([1500, 1]);
    expect(reading('mean(b) < mean(a)')).toEqual([2.5, 0]);
    expect(reading('mean(a) / mean(b) < 2')).toEqual([0.4, 0]);
  });
});
