/**
 * The stored table is that of the bounds as they are, the page in docs is made of it, and a bound that
 * rose by more than a twentieth names a plan that the lower bound failed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { boundOf } from '../../src/bound/planBound.js';
import type { SmallPlan } from '../../src/testing/smallPlan.js';
import { checkPlan } from '../soak/check.js';
import { listedPlans } from './planList.js';
import { hashOf, keyOf, readStored, rises } from './stored.js';
import { DOCS_FILE, withTable } from './table.js';

const STORED = readStored();

interface CounterExample {
  readonly plan: SmallPlan;
  readonly series: string;
  /** The bound of that plan before it was mended. */
  readonly boundNs: number;
}

test('every bound of the list is at most 5 % above the stored one', () => {
  const stored = new Map(STORED.map((row) => [keyOf(row), row]));
  const risen: string[] = [];
  let held = 0;
  for (const { name, plan } of listedPlans()) {
    for (const { id, ns } of boundOf(plan).series) {
      const key = keyOf({ plan: name, series: id });
      const row = stored.get(key);
      // A plan that is not the one that was stored is new.
      if (row?.hash !== hashOf(plan)) continue;
      held++;
      if (rises(ns, row.boundNs)) risen.push(`${key}: ${row.boundNs} rose to ${ns}`);
    }
  }
  expect(held, 'most plans of the list have changed: npm run tightness').toBeGreaterThan(
    STORED.length / 4,
  );
  expect(risen, 'npm run tightness -- --because NAME').toEqual([]);
}, 60_000);

test('no witness is above its bound', () => {
  const low = STORED.filter(
    ({ boundNs, witnessNs }) => boundNs !== null && (witnessNs ?? 0) > boundNs,
  );
  expect(low).toEqual([]);
});

test('docs/tightness.md is made of the stored table', () => {
  const text = readFileSync(DOCS_FILE, 'utf8');
  expect(text).toBe(withTable(text, STORED));
});

describe('a bound that rose', () => {
  const reasons = new Set(STORED.flatMap(({ beforeNs, because }) => (beforeNs ? [because] : [])));
  test('has a reason', () => expect(reasons.has(undefined)).toBe(false));
  test.each([...reasons])('%s: the lower bound failed', (name) => {
    const text = readFileSync(`test/tightness/counterExamples/${name}.json`, 'utf8');
    const { plan, series, boundNs } = JSON.parse(text) as CounterExample;
    const { worst, violation } = checkPlan(plan, { seeds: ['1', '2'] });
    expect(violation).toBeUndefined();
    const found = worst.find(({ id }) => id === series);
    expect(found?.observedNs).toBeGreaterThan(boundNs);
  });
});
