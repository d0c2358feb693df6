import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProgress, formatWallTime, ProgressBar } from '../../src/cli/progress.js';

describe('formatWallTime', () => {
  test.each([
    [0, '0s'],
    [59.4, '59s'],
    [59.6, '1min 00s'],
    [185, '3min 05s'],
    [3600, '1h 00min'],
    [7_620, '2h 07min'],
  ])('%d s', (seconds, text) => {
    expect(formatWallTime(seconds)).toBe(text);
  });
});

describe('formatProgress', () => {
  test('says how much, how fast and how long', () => {
    const state = { fraction: 0.4, simulatedNs: 4e9, elapsedMs: 2000 };
    expect(formatProgress(state, 80)).toBe(
      '[########------------]  40%  4s simulated, 2.00 s per second, 3s left',
    );
  });

  test('never cuts a word: the pace goes, then the bar shrinks', () => {
    const state = { fraction: 0.999, simulatedNs: 123.45e9, elapsedMs: 9_000_000 };
    for (let width = 30; width <= 120; width += 1) {
      const line = formatProgress(state, width);
      expect(line).toMatch(/ left$/);
      expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  test('never exceeds the width, whatever the state', () => {
    const states = fc.record({
      fraction: fc.double({ min: -1, max: 2, noNaN: true }),
      simulatedNs: fc.nat(2 ** 31 - 1),
      elapsedMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    });
    fc.assert(
      fc.property(states, fc.integer({ min: 20, max: 200 }), (state, width) => {
        const line = formatProgress(state, width);
        expect(line.length).toBeLessThanOrEqual(width);
        expect(line).toMatch(/^\[#*-*\]/);
      }),
    );
  });
});

describe('ProgressBar', () => {
  const at = (elapsedMs: number) => ({ fraction: 0.5, simulatedNs: 1e9, elapsedMs });

  function drawn(isTTY: boolean, enabled: boolean): string[] {
    const texts: string[] = [];
    const bar = new ProgressBar({ isTTY, write: (text: string) => texts.push(text) }, enabled);
    for (let ms = 0; ms < 2000; ms += 50) bar.update(at(ms));
    bar.clear();
    return texts;
  }

  test('draws over itself on a terminal, at most ten times a second, and goes away', () => {
    const texts = drawn(true, true);
    expect(texts).toHaveLength(21);
    expect(texts.slice(0, -1).every((text) => text.startsWith('\r['))).toBe(true);
    expect(texts.at(-1)).toBe('\r\u001B[K');
  });

  test('prints one line a second elsewhere', () => {
    const texts = drawn(false, true);
    expect(texts).toHaveLength(2);
    expect(texts.every((text) => text.endsWith('\n'))).toBe(true);
  });

  test('is silent when switched off', () => expect(drawn(true, false)).toEqual([]));
});
