import { describe, expect, it } from 'vitest';
import {
  assertPriorityRule,
  fifoKeepsItsCpu,
  onlyReadyThreadsRun,
  type PriorityRule,
  RuleViolated,
  type RuleWitness,
  replayRule,
  strongestRuns,
} from '../../src/testing/index.js';

/** Believed by many: a woken thread displaces an equal that is running. */
const equalsDisplace: PriorityRule = {
  name: 'a FIFO thread waits for no equal',
  onSettled: ({ running, ready }) =>
    running.class === 'rt' && running.ranNs > 0
      ? ready
          .filter(({ name, priority }) => name !== running.name && priority === running.priority)
          .map(({ name }) => `${name} waits for its equal ${running.name}`)[0]
      : undefined,
};

/** Forgets that a deadline thread is stronger than any realtime priority. */
const ninetyNineIsTop: PriorityRule = {
  name: 'nothing displaces FIFO 99',
  onSwitch: ({ previous, running }) =>
    previous.runnable && previous.priority === 99 && !previous.roundRobin && !previous.throttled
      ? `${running.name} (${running.class}) displaced ${previous.name}`
      : undefined,
};

function witnessOf(rule: PriorityRule, runs: number): RuleWitness {
  try {
    assertPriorityRule(rule, { runs });
  } catch (error) {
    if (error instanceof RuleViolated) return error.witness;
    throw error;
  }
  throw new Error(`no plan broke "${rule.name}"`);
}

describe('rules of Linux hold for any plan', () => {
  for (const rule of [strongestRuns, fifoKeepsItsCpu, onlyReadyThreadsRun]) {
    it(rule.name, () => assertPriorityRule(rule, { runs: 40 }));
  }
});

describe('a wrong rule', () => {
  it('is refuted by a small plan that says where it breaks', () => {
    const witness = witnessOf(equalsDisplace, 300);
    // Two threads of one priority are all it takes, and little else is left.
    expect(witness.plan.split('\n').length).toBeLessThanOrEqual(40);
    expect(witness.violation.message).toMatch(/ waits for its equal /);
    expect(witness.violation.cpu).toMatch(/^(host\/pcpu|guest\/)/);
    // The same plan every time.
    expect(witnessOf(equalsDisplace, 300)).toEqual(witness);
  });

  it('gives a witness that replays from its JSON, and that a right rule passes', () => {
    const witness = JSON.parse(JSON.stringify(witnessOf(ninetyNineIsTop, 600))) as RuleWitness;
    expect(replayRule(ninetyNineIsTop, witness)).toEqual(witness.violation);
    expect(replayRule(strongestRuns, witness)).toBeUndefined();
  });
});

it('a rule that throws is not taken for one that holds', () => {
  const broken: PriorityRule = {
    name: 'broken',
    onSwitch: () => {
      throw new Error('a slip of the author');
    },
  };
  expect(() => assertPriorityRule(broken, { runs: 20 })).toThrow(/a slip of the author/);
});
