import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LawContext, parseLaw } from '../../src/platform/lawText.js';
import { scaleLaw } from '../../src/platform/scaleLaw.js';
import { parsePercentile } from '../../src/platform/valueText.js';

const context: LawContext = { tscMHz: 2500, source: 'file', status: 'assumed' };
const law = (input: unknown) => {
  const result = parseLaw(input, context);
  if (!('minNs' in result)) throw new Error(JSON.stringify(result));
  return result;
};
const faults = (input: unknown, at: LawContext = context) => {
  const result = parseLaw(input, at);
  if ('minNs' in result) throw new Error(JSON.stringify(result));
  return result;
};

test('a single time is a constant law', () => {
  expect(law('400ns')).toEqual({
    minNs: 400,
    quantiles: [],
    maxNs: 400,
    status: 'assumed',
    source: 'file',
  });
});

test('two times are minimum and maximum, three have the median between them', () => {
  expect(law('300ns..900ns')).toMatchObject({ minNs: 300, quantiles: [], maxNs: 900 });
  expect(law('300ns..0.5us..900ns').quantiles).toEqual([{ p: 0.5, ns: 500 }]);
});

test('cycles become ns by the TSC frequency alone, rounded to the nearest', () => {
  expect(law('1000cycles').minNs).toBe(400);
  expect(law('1018cycles').minNs).toBe(407);
  expect(faults('1018cycles', { ...context, tscMHz: undefined })[0].message).toMatch(/cycles/);
});

test('percentiles are read exactly and sorted', () => {
  const read = law({
    max: '9us',
    'p99.99': '3us',
    p50: '1us',
    'p99.9': '2us',
    min: '1ns',
    p5: '2ns',
  });
  expect(read.quantiles).toEqual([
    { p: 0.05, ns: 2 },
    { p: 0.5, ns: 1000 },
    { p: 0.999, ns: 2000 },
    { p: 0.9999, ns: 3000 },
  ]);
});

test('a map carries source, status and scale', () => {
  expect(law({ value: '1us..2us', source: 'x', scale: '0.5..2' })).toMatchObject({
    source: 'x',
    status: 'sourced',
    scaleRange: [0.5, 2],
  });
  expect(law({ value: '1us', source: 'x', status: 'measured' }).status).toBe('measured');
});

test.each([
  [{ min: '3us', max: '1us' }, /min \(3us\) is above max \(1us\)/],
  [{ min: '1us', p50: '5us', p90: '4us', max: '9us' }, /p50 \(5us\) is above p90/],
  [{ min: '1us', p50: '1us', 'p50.0': '1us', max: '9us' }, /given twice/],
  [{ min: '1us', p100: '5us', max: '9us' }, /no percentile/],
  [{ min: '1us', p0: '5us', max: '9us' }, /no percentile/],
  [{ min: '1us', mx: '5us', max: '9us' }, /no "mx"/],
  [{ min: '1us' }, /needs its `max`/],
  [{ value: '1us', max: '2us' }, /contradict/],
  [{ value: '1us', scale: '2..1' }, /factors/],
  [{ value: '1us', status: 'guessed' }, /no status/],
  ['1us..2us..3us..4us', /too many parts/],
  ['5', /no unit/],
  [5, /no unit/],
  [null, /empty value/],
  [[], /a list/],
  ['9us..3us', /above/],
])('%j is refused', (input, message) => {
  const found = faults(input);
  expect(found.map((fault) => fault.message).join('\n')).toMatch(message);
  for (const fault of found) expect(fault.fix).not.toBe('');
});

test('every fault of a map is reported at once', () => {
  const found = faults({ min: '1', p50: 'x', p101: '1us', status: 'no', max: '-1us' });
  expect(found.map((fault) => fault.at?.join('.')).sort()).toEqual([
    'max',
    'min',
    'p101',
    'p50',
    'status',
  ]);
});

test('percentile keys outside (0, 100) are none', () => {
  for (const key of ['p0', 'p00.000', 'p100', 'p-1', 'p', 'p1e1', '50', 'p99.']) {
    expect(parsePercentile(key)).toBeUndefined();
  }
});

test('scaling rounds up and keeps the order', () => {
  expect(scaleLaw(law('10ns..15ns'), 1.1)).toMatchObject({ minNs: 11, maxNs: 17 });
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1e9), fc.integer({ min: 100, max: 100_000 }), (a, b, f) => {
      const scaled = scaleLaw(law(`${Math.min(a, b)}ns..${Math.max(a, b)}ns`), f / 1000);
      expect(scaled.minNs).toBeLessThanOrEqual(scaled.maxNs);
      // Exact in BigInt: the ceiling of value * thousandths / 1000.
      const exact = (BigInt(Math.max(a, b)) * BigInt(f) + 999n) / 1000n;
      expect(BigInt(scaled.maxNs)).toBe(exact);
    }),
  );
});
