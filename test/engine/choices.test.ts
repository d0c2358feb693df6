import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Law } from '../../src/base/law.js';
import { RandomStreams } from '../../src/base/random.js';
import { Choices, type DrawChoice } from '../../src/engine/choices.js';
import { CostSources } from '../../src/engine/costSources.js';

const LAW: Law = {
  minNs: 100,
  quantiles: [{ p: 0.5, ns: 300 }],
  maxNs: 900,
  status: 'assumed',
  source: 'test',
};

function sources(choices: Choices | null): CostSources {
  const costs = new CostSources(new RandomStreams('7'));
  if (choices) costs.dictate(choices);
  costs.add(LAW, 'a');
  costs.add(LAW, 'b');
  costs.seal();
  return costs;
}

const draws = (costs: CostSources, source: number, n: number): number[] =>
  Array.from({ length: n }, () => costs.draw(source));

const anyChoice: fc.Arbitrary<DrawChoice> = fc.record(
  {
    source: fc.constantFrom('a', 'b'),
    from: fc.integer({ min: 0, max: 120 }),
    count: fc.integer({ min: 1, max: 90 }),
    ns: fc.array(fc.integer({ min: 100, max: 900 }), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['source', 'from', 'ns'] },
);

/** What the choices mean, one draw at a time. */
function meant(natural: readonly number[], source: string, list: readonly DrawChoice[]): number[] {
  return natural.map((ns, n) => {
    let value = ns;
    for (const choice of list) {
      const end = choice.from + (choice.count ?? Number.POSITIVE_INFINITY);
      if (choice.source === source && n >= choice.from && n < end) {
        value = choice.ns[(n - choice.from) % choice.ns.length];
      }
    }
    return value;
  });
}

describe('dictated draws', () => {
  it('take the place of chance where they speak of a draw and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(anyChoice, { maxLength: 6 }), (list) => {
        const natural = sources(null);
        const costs = sources(new Choices(list));
        for (const [index, name] of ['a', 'b'].entries()) {
          const expected = meant(draws(natural, index, 150), name, list);
          expect(draws(costs, index, 150)).toEqual(expected);
        }
      }),
    );
  });

  it('hold from any draw on as if they had been given at the start', () => {
    const cases = fc.tuple(fc.array(anyChoice, { maxLength: 6 }), fc.integer({ min: 0, max: 150 }));
    fc.assert(
      fc.property(cases, ([list, taken]) => {
        const later = list.map((choice) => ({ ...choice, from: choice.from + taken }));
        const natural = draws(sources(null), 0, 300);
        const costs = sources(null);
        const before = draws(costs, 0, taken);
        expect(costs.drawn()[0].draws).toBe(taken);
        costs.dictate(new Choices(later));
        const after = draws(costs, 0, 300 - taken);
        expect([...before, ...after]).toEqual(meant(natural, 'a', later));
      }),
    );
  });

  it('refuse a value that the law cannot give', () => {
    const costs = sources(new Choices([{ source: 'a', from: 40, count: 1, ns: [901] }]));
    expect(() => draws(costs, 0, 60)).toThrow('a takes 100..900 ns, not 901');
  });

  it('set the phases that are drawn at the start, inside their range', () => {
    const choices = (ns: number) => new Choices([{ source: 'x/start', from: 0, ns: [ns] }]);
    expect(sources(choices(999)).uniform('x/start', 1000)).toBe(999);
    expect(sources(null).uniform('x/start', 1000)).toBeLessThan(1000);
    expect(() => sources(choices(1000)).uniform('x/start', 1000)).toThrow(RangeError);
  });
});

describe('another seed', () => {
  it('gives another future from the same state, and the same one twice', () => {
    const future = (seed: string | null): number[] => {
      const costs = sources(null);
      draws(costs, 0, 10);
      if (seed !== null) costs.reseed(seed);
      return draws(costs, 0, 40);
    };
    expect(future('x')).toEqual(future('x'));
    expect(future('x')).not.toEqual(future(null));
    expect(future('x')).not.toEqual(future('y'));
  });
});
