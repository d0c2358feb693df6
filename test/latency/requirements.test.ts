import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/latency/histogram.js';
import { isLowerBound, judgeRequirement } from '../../src/latency/requirements.js';

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

  it('counts an unfinished activation that is beyond the limit', () => {
    const late = { count: 1, oldestNs: 2_000 };
    const judged = (statistic: string, limitNs: number, histogram: Histogram) =>
      judgeRequirement({ statistic, limitNs, text: '' }, histogram, late);
    expect(judged('max', 1_999, upTo(300))).toMatchObject({ observedNs: 2_000, verdict: 'fails' });
    expect(judged('max', 2_000, upTo(300))).toMatchObject({ observedNs: 300, verdict: 'met' });
    expect(judged('max', 100, upTo(3_000))).toMatchObject({ observedNs: 3_000, verdict: 'fails' });
    expect(judged('99', 1_000, upTo(300))).toMatchObject({ observedNs: 297, verdict: 'met' });
    for (const statistic of ['max', '99']) {
      expect(judged(statistic, 1_000, new Histogram())).toMatchObject({
        observedNs: 2_000,
        verdict: 'fails',
      });
      expect(judged(statistic, 2_000, new Histogram()).verdict).toBe('not enough samples');
    }
  });

  it('knows an observed value that is only a lower bound', () => {
    const result = judge('max', 10, upTo(300));
    expect(isLowerBound(result, { count: 300, maxNs: 300 })).toBe(false);
    expect(isLowerBound({ ...result, observedNs: 301 }, { count: 300, maxNs: 300 })).toBe(true);
    expect(isLowerBound(result, { count: 0, maxNs: 0 })).toBe(true);
    expect(isLowerBound({ ...result, observedNs: null }, { count: 0, maxNs: 0 })).toBe(false);
  });

  it('refuses an unknown statistic', () => {
    expect(() => judge('median', 1, upTo(10))).toThrow(RangeError);
  });
});
