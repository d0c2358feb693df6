import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantLaw, type Law } from '../../src/base/law.js';
import { RandomStreams } from '../../src/base/random.js';
import { CostSources } from '../../src/engine/costSources.js';

const law = (minNs: number, quantiles: Law['quantiles'], maxNs: number): Law => ({
  minNs,
  quantiles,
  maxNs,
  status: 'assumed',
  source: 'test',
});

/** Ascending laws of a few quantiles. */
const arbitraryLaw = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 4 }),
    fc.array(fc.nat(100_000), { minLength: 6, maxLength: 6 }),
  )
  .map(([ps, ns]) => {
    const p = [...ps].sort((a, b) => a - b);
    const values = [...ns].sort((a, b) => a - b);
    const quantiles = p.map((each, i) => ({ p: each / 10_000, ns: values[i + 1] }));
    return law(values[0], quantiles, values[5]);
  });

function draws(one: Law, count: number, seed = '1'): number[] {
  const sources = new CostSources(new RandomStreams(seed));
  const source = sources.add(one, 'host/x');
  sources.seal();
  return Array.from({ length: count }, () => sources.draw(source));
}

describe('CostSources', () => {
  it('draws integers inside the law', () => {
    fc.assert(
      fc.property(arbitraryLaw, (one) => {
        for (const ns of draws(one, 200)) {
          expect(Number.isInteger(ns)).toBe(true);
          expect(ns).toBeGreaterThanOrEqual(one.minNs);
          expect(ns).toBeLessThanOrEqual(one.maxNs);
        }
      }),
    );
  });

  it('has the quantiles of the law', () => {
    const one = law(
      100,
      [
        { p: 0.5, ns: 200 },
        { p: 0.99, ns: 1_000 },
      ],
      5_000,
    );
    const all = draws(one, 200_000).sort((a, b) => a - b);
    const share = (ns: number): number => all.filter((each) => each <= ns).length / all.length;
    expect(share(200)).toBeCloseTo(0.5, 2);
    expect(share(1_000)).toBeCloseTo(0.99, 2);
    expect(share(4_999)).toBeLessThanOrEqual(1);
  });

  it('reaches both ends of a narrow law', () => {
    const seen = new Set(draws(law(7, [], 10), 1_000));
    expect([...seen].sort((a, b) => a - b)).toEqual([7, 8, 9, 10]);
  });

  it('draws as one by one would, whatever is drawn in between', () => {
    const one = law(1, [{ p: 0.9, ns: 50 }], 900);
    const sources = new CostSources(new RandomStreams('1'));
    const a = sources.add(one, 'host/x');
    const b = sources.add(law(5, [], 6), 'host/y');
    sources.seal();
    const mixed = Array.from({ length: 100 }, () => {
      sources.draw(b);
      return sources.draw(a);
    });
    expect(mixed).toEqual(draws(one, 100));
  });

  it('gives a constant law without drawing', () => {
    expect(draws(constantLaw(42), 100)).toEqual(new Array(100).fill(42));
  });

  it('refuses two laws on one stream', () => {
    const sources = new CostSources(new RandomStreams('1'));
    sources.add(constantLaw(1), 'host/x');
    expect(() => sources.add(constantLaw(2), 'host/x')).toThrow('host/x');
  });
});
