import { expect, it } from 'vitest';
import { next } from '../../src/engine/stepTable.js';
import { act, HOT_ACTIONS } from '../../src/simulation/hotActions.js';

it('calls each hot action under the number that the table gives it', () => {
  // Names of imports may be qualified by the compiler: `(0, module.runTimer)(m, ...)`.
  const cases = [
    ...act.toString().matchAll(/case (\d+):\s+return \(?(?:0, ?)?(?:\w+\.)*(\w+)\)?\(/g),
  ];
  expect(cases.map(([, number, name]) => [Number(number), name])).toEqual(
    HOT_ACTIONS.map((action, number) => [number, action.name]).slice(1),
  );
  expect(HOT_ACTIONS[0]).toBe(next);
  expect(new Set(HOT_ACTIONS).size).toBe(HOT_ACTIONS.length);
});
