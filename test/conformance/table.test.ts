import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RULES } from './rules.js';
import { SCENARIOS } from './scenarios/all.js';
import { conformanceTable, scenariosThatDiffer } from './table.js';

const FILE = join(import.meta.dirname, '../../docs/conformance.md');

test('docs/conformance.md says what is recorded (UPDATE_DOCS=1 writes it)', () => {
  const table = conformanceTable();
  if (process.env.UPDATE_DOCS) writeFileSync(FILE, table);
  expect(readFileSync(FILE, 'utf8')).toBe(table);
});

test('a rule is recorded, or says why it is not', () => {
  const used = new Set(SCENARIOS.flatMap(({ rules }) => rules));
  const silent = RULES.filter(({ name, unrecorded }) => !used.has(name) && !unrecorded);
  expect(silent.map(({ name }) => name)).toEqual([]);
  const both = RULES.filter(({ name, unrecorded }) => used.has(name) && unrecorded);
  expect(both.map(({ name }) => name)).toEqual([]);
});

test('kernels differ on eight scenarios at least', () => {
  expect(scenariosThatDiffer().length).toBeGreaterThanOrEqual(8);
});
