/** docs/rules.md is made of the rules themselves; UPDATE_DOCS=1 writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES } from '../../src/rules/registry.js';
import { ruleTable } from './ruleTable.js';

const FILE = 'docs/rules.md';
const BEGIN = '<!-- rules -->\n';
const END = '\n<!-- end of rules -->';

test('docs/rules.md lists every rule as it is', () => {
  const text = readFileSync(FILE, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  const written = before + BEGIN + ruleTable() + after;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, written);
  else expect(text).toBe(written);
  expect(before).toContain(`${RULES.length} rules`);
});
