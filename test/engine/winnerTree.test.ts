import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WinnerTree } from '../../src/engine/winnerTree.js';

test('the winner is the slot that is due first; the smaller number wins a tie', () => {
  const step = fc.tuple(fc.nat(12), fc.constantFrom(0, 1, 2, 3, Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const tree = new WinnerTree(13);
      const due = Array<number>(13).fill(Number.POSITIVE_INFINITY);
      for (const [slot, ns] of steps) {
        tree.set(slot, ns);
        due[slot] = ns;
        const least = Math.min(...due);
        expect(tree.dueNs[tree.first()]).toBe(least);
        if (least !== Number.POSITIVE_INFINITY) expect(tree.first()).toBe(due.indexOf(least));
      }
    }),
    { numRuns: 300 },
  );
});
