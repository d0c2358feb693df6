import { describe, expect, test } from 'vitest';
import { compare } from './compare.js';
import { readRecordings } from './fixture.js';
import { RULES } from './rules.js';
import { kernelsOf } from './scenario.js';
import { SCENARIOS } from './scenarios/all.js';

describe('the simulator orders what the recorded kernels ordered', () => {
  test.each(SCENARIOS.map((one) => [one.name, one] as const))('%s', (_, scenario) => {
    for (const { kernel, difference } of compare(scenario)) {
      const known = scenario.differs?.[kernel];
      if (known === undefined) expect(difference, difference).toBe('');
      // A difference that is gone must not stay on the list.
      else expect(difference, `${kernel} agrees now: drop "${known}"`).not.toBe('');
    }
  });
});

test('every scenario is recorded on every kernel that it names', () => {
  const missing = SCENARIOS.flatMap((scenario) => {
    const recorded = readRecordings(scenario.name).map(({ kernel }) => kernel);
    return kernelsOf(scenario)
      .filter((kernel) => !recorded.includes(kernel))
      .map((kernel) => `${scenario.name} on ${kernel}`);
  });
  expect(missing).toEqual([]);
});

test('names are unique, and the rules of a scenario exist', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const known = new Set(RULES.map(({ name }) => name));
  const unknown = SCENARIOS.flatMap(({ name, rules }) =>
    rules.filter((rule) => !known.has(rule)).map((rule) => `${name}: ${rule}`),
  );
  expect(unknown).toEqual([]);
});
