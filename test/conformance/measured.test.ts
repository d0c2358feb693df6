/** The measured system: what the simulator predicts against recorded histograms. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PLANS } from './measured/plans.js';
import { calibratedPlatform } from './measured/platform.js';
import { readMeasured } from './measured/recordings.js';
import { comparePlan, measuredTable } from './measured/table.js';

const PLATFORM = join(import.meta.dirname, 'measured/emulated.yaml');
const README = join(import.meta.dirname, 'README.md');
const TABLE = /(<!-- measured -->\n)[\s\S]*?(<!-- \/measured -->)/;

if (process.env.UPDATE_DOCS) writeFileSync(PLATFORM, calibratedPlatform());
const platform = readFileSync(PLATFORM, 'utf8');
const comparisons = PLANS.flatMap((plan) => comparePlan(plan, platform));

test('the platform is what the recordings of the base plan give', () => {
  expect(calibratedPlatform()).toBe(platform);
});

test.each(PLANS.map(({ name }) => name))('%s was recorded five times, in two boots', (name) => {
  const { repetitions } = readMeasured(name);
  expect(repetitions.length).toBeGreaterThanOrEqual(5);
  expect(new Set(repetitions.map(({ boot }) => boot)).size).toBeGreaterThanOrEqual(2);
});

test('every figure that the recordings decide is inside, known differences excepted', () => {
  const outside = comparisons.filter(({ decided, inside }) => decided && !inside);
  const unknown = outside.filter(({ plan }) => !plan.differs);
  expect(unknown.map(({ plan, figure }) => `${plan.name} ${figure}`)).toEqual([]);
  // A difference that is gone is no longer told of.
  const gone = PLANS.filter((one) => one.differs && !outside.some(({ plan }) => plan === one));
  expect(gone.map(({ name }) => name)).toEqual([]);
});

test('the recordings tell four of the changed plans from the base plan, and they are right', () => {
  const told = comparisons.filter((one) => one.standsOut && !one.plan.differs);
  expect(new Set(told.map(({ plan }) => plan.name)).size).toBeGreaterThanOrEqual(4);
});

test('the README has the table (UPDATE_DOCS=1 writes it)', () => {
  const readme = readFileSync(README, 'utf8');
  const table = measuredTable(comparisons).trimEnd();
  const written = readme.replace(TABLE, (_, open, close) => `${open}\n${table}\n\n${close}`);
  if (process.env.UPDATE_DOCS) writeFileSync(README, written);
  expect(readFileSync(README, 'utf8')).toBe(written);
});
