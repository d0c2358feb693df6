import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';
import { judgeRequirement } from '../../src/latency/requirements.js';

/** 1, 2, ... n ns. */
function upTo(n: number): Histogram {
  const histogram = new Histogram();
  for (let ns = 1; ns <= n; ns++) histogram.record(ns);
  return histogram;
}

const judge = (statistic: string, limitNs: number, histogram: Histogram) =>
  judgeRequirement({ statistic, limitNs, text: 'as written' }, histogram);

describe('judgeRequirement', () => {
  it('judges the observed maximum, the limit included', () => {
    expect(judge('max', 300, upTo(300)).verdict).toBe('met');
    expect(judge('max', 299, upTo(300))).toEqual({
      text: 'as written',
      statistic: 'max',
      limitNs: 299,
      observedNs: 300,
      verdict: 'fails',
    });
  });

  it('judges a percentile by its order statistic', () => {
    expect(judge('99', 297, upTo(300))).toMatchObject({ observedNs: 297, verdict: 'met' });
    expect(judge('99', 296, upTo(300))).toMatchObject({ observedNs: 297, verdict: 'fails' });
  });

  it('has no verdict on a percentile that the samples do not support', () => {
    const expected = { observedNs: null, verdict: 'not enough samples' };
    expect(judge('99', 1, upTo(299))).toMatchObject(expected);
    expect(judge('99', 1_000, upTo(299))).toMatchObject(expected);
    expect(judge('max', 1_000, new Histogram())).toMatchObject(expected);
  });

  it('refuses an unknown statistic', () => {
    expect(() => judge('median', 1, upTo(10))).toThrow(RangeError);
  });
});
