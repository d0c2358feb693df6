import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalChoices } from '../../src/adversary/candidate.js';
import type { Law } from '../../src/base/law.js';
import { Choices } from '../../src/engine/choices.js';
import type { ArrivalSource } from '../../src/simulation/firstArrival.js';

const law = (minNs: number, maxNs: number): Law => ({
  minNs,
  quantiles: [],
  maxNs,
  status: 'assumed',
  source: 'test',
});

const anySource: fc.Arbitrary<ArrivalSource> = fc
  .tuple(
    fc.integer({ min: 1, max: 500 }),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 0, max: 400 }),
    fc.boolean(),
  )
  .map(([minNs, more, firstNs, free]) => ({
    path: 's',
    every: law(minNs, minNs + more),
    firstNs,
    phaseBelowNs: free ? minNs + more : 0,
  }));

/** Arrivals under the choices, up to the first at `untilNs` or later. */
function arrivals(source: ArrivalSource, choices: Choices, untilNs: number): number[] {
  let atNs = choices.at('s/start', 0) ?? source.firstNs;
  const times = [atNs];
  for (let n = 0; atNs < untilNs; n++) {
    const chosen = choices.at('s/every', n);
    const everyNs = chosen ?? source.every.minNs;
    expect(everyNs).toBeGreaterThanOrEqual(source.every.minNs);
    expect(everyNs).toBeLessThanOrEqual(source.every.maxNs);
    atNs += everyNs;
    times.push(atNs);
  }
  return times;
}

describe('an anchored source', () => {
  it('arrives at its anchor with distances and a phase that it can have', () => {
    let anchored = 0;
    fc.assert(
      fc.property(anySource, fc.integer({ min: 0, max: 20_000 }), (source, arrivalNs) => {
        const list = arrivalChoices(source, { arrivalNs, afterNs: [] });
        if (list.length === 0) return;
        anchored++;
        const phase = new Choices(list).at('s/start', 0);
        expect(phase === undefined).toBe(source.phaseBelowNs === 0);
        if (phase !== undefined) expect(phase).toBeLessThan(source.phaseBelowNs);
        expect(arrivals(source, new Choices(list), arrivalNs)).toContain(arrivalNs);
      }),
    );
    expect(anchored).toBeGreaterThan(50);
  });

  it('always gets there if its phase is free and its distance constant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 0, max: 20_000 }),
        (ns, at) => {
          const every = law(ns, ns);
          const source = { path: 's', every, firstNs: 0, phaseBelowNs: ns };
          const list = arrivalChoices(source, { arrivalNs: at, afterNs: [] });
          expect(list).toHaveLength(1);
          expect((at - list[0].ns[0]) % ns).toBe(0);
        },
      ),
    );
  });

  it('is followed by the distances asked for', () => {
    const source = { path: 's', every: law(10, 30), firstNs: 0, phaseBelowNs: 20 };
    const list = arrivalChoices(source, { arrivalNs: 100, afterNs: [10, 25] });
    const times = arrivals(source, new Choices(list), 135);
    const at = times.indexOf(100);
    expect(times.slice(at, at + 3)).toEqual([100, 110, 135]);
  });
});
