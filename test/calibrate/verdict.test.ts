/** Quantisation as the instruments do it, and what decides what. */
import { describe, expect, it } from 'vitest';
import {
  intervalOf,
  isTooWide,
  judgeClaim,
  judgeObservation,
  truncateToUs,
} from '../../src/calibrate/verdict.js';

const span = (low: number, high = low) => ({ low, high });

describe('quantisation', () => {
  it('truncates to whole microseconds, as cyclictest prints them', () => {
    expect([0, 999, 1000, 1999, 2000, 12_999].map(truncateToUs)).toEqual([0, 0, 1, 1, 2, 12]);
  });
});

describe('interval', () => {
  it('spans all values', () => {
    expect(intervalOf([3, 1, 2])).toEqual(span(1, 3));
    expect(() => intervalOf([])).toThrow();
  });

  it('is too wide beyond a factor of three, not at it', () => {
    expect(isTooWide(span(2, 6))).toBe(false);
    expect(isTooWide(span(2, 6.01))).toBe(true);
    expect(isTooWide(span(0, 1))).toBe(true);
    expect(isTooWide(span(0, 0))).toBe(false);
  });
});

describe('an observation', () => {
  it('hits if the prediction holds all of it', () => {
    expect(judgeObservation(span(5, 6), span(5, 7))).toBe('hit');
    expect(judgeObservation(span(2), span(2, 2))).toBe('hit');
  });

  it('misses if any of it lies outside', () => {
    expect(judgeObservation(span(5, 6), span(6, 9))).toBe('miss');
    expect(judgeObservation(span(8, 16), span(10, 14))).toBe('miss');
    expect(judgeObservation(span(4), span(5, 6))).toBe('miss');
  });

  it('is not decided by too wide a prediction, right or wrong', () => {
    expect(judgeObservation(span(5), span(2, 7))).toBe('undecided');
    expect(judgeObservation(span(50), span(2, 7))).toBe('undecided');
  });

  it('is decided by the width before truncation', () => {
    // 1.9 to 4.2 us print as 1 to 4, a factor of four that is none.
    expect(judgeObservation(span(2), span(1, 4), span(1900, 4200))).toBe('hit');
  });
});

describe('a claim', () => {
  it('hits if the whole prediction keeps it, misses if none of it does', () => {
    expect(judgeClaim(span(2, 6), span(2.1, 3))).toBe('hit');
    expect(judgeClaim(span(2, 6), span(1.1, 1.9))).toBe('miss');
    expect(judgeClaim(span(0, 40), span(41, 60))).toBe('miss');
  });

  it('is undecided on its border, or beyond a factor of three', () => {
    expect(judgeClaim(span(2, 6), span(1.8, 3))).toBe('undecided');
    expect(judgeClaim(span(0, 40), span(5, 20))).toBe('undecided');
  });
});
