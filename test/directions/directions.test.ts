/** Each expected direction holds, and fails where it has to. */
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../src/plan/edit.js';
import { type Direction, pairOf, runOf } from './direction.js';
import { HOST_DIRECTIONS } from './hostDirections.js';
import { TIMER_DIRECTIONS } from './timerDirections.js';

const DIRECTIONS: readonly Direction[] = [...TIMER_DIRECTIONS, ...HOST_DIRECTIONS];

describe.each(DIRECTIONS.map((direction) => [direction.name, direction] as const))(
  '%s',
  (_name, direction) => {
    const { before, after, patches, inverse } = pairOf(direction);

    test('the change is one of patches that can be taken back', () => {
      expect(patches.length).toBeGreaterThan(0);
      expect(applyEdits(after, inverse)).toEqual(before);
    });

    test('holds', () => {
      direction.expected(runOf(direction, before), runOf(direction, after));
    });

    test('fails where it has to', () => {
      const { fails, expected } = direction;
      const failing =
        fails === 'reverse'
          ? { from: after, to: applyEdits(after, inverse) }
          : { from: before, to: pairOf(direction, fails).after };
      const [one, other] = [runOf(direction, failing.from), runOf(direction, failing.to)];
      expect(() => expected(one, other)).toThrow();
    });
  },
);
