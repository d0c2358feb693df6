import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.js';

const root = join(import.meta.dirname, '../..');

test.each(MUTANTS.map((one) => [one.name, one] as const))('%s changes what is there', (_, one) => {
  const text = readFileSync(join(root, one.file), 'utf8');
  expect(text.split(one.find).length - 1).toBe(1);
  expect(one.replace).not.toBe(one.find);
});

test('names are unique', () => {
  const names = MUTANTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
