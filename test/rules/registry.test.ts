/** What holds for all rules together. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../src/rules/checkPlan.js';
import { RULES } from '../../src/rules/registry.js';
import { preparedPlan } from '../models/models.js';
import { prepared } from './ruleCase.js';

const sources = readdirSync('test/rules')
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(`test/rules/${file}`, 'utf8'))
  .join('\n');

describe('the rules', () => {
  test('are at least forty, each with an id of its own in the order of areas', () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(40);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+\/[a-z-]+$/);
  });

  test('stand in a file each, all of them in the registry', () => {
    const files = readdirSync('src/rules', { recursive: true, encoding: 'utf8' });
    const found = files
      .filter((file) => file.includes('/'))
      .flatMap((file) => [
        ...readFileSync(`src/rules/${file}`, 'utf8').matchAll(/: Rule = \{\n {2}id: '([^']+)'/g),
      ])
      .map((match) => match[1]);
    expect(found.sort()).toEqual(RULES.map(({ id }) => id).sort());
  });

  test('say what must hold, why, and where that is from', () => {
    for (const { id, title, rationale, source, cannotShow } of RULES) {
      expect(title, id).toMatch(/^\S.*[^.]$/);
      expect(rationale, id).toMatch(/\.$/);
      expect(rationale.length, id).toBeGreaterThan(60);
      expect(source.length, id).toBeGreaterThan(15);
      if (cannotShow !== undefined) expect(cannotShow, id).toMatch(/^\S.{15,}[^.]$/);
    }
  });

  test.each(RULES.map(({ id }) => id))('%s has a plan that breaks it', (id) => {
    expect(sources).toContain(`rule: '${id}'`);
  });
});

describe('no rule fires', () => {
  test('on the plan that the tests break', () => {
    expect(checkPlan(prepared()).findings.map(({ rule }) => rule.id)).toEqual([]);
  });

  test('on the flagship plan', () => {
    const report = checkPlan(preparedPlan('flagship'));
    expect(report.findings.map(({ rule, finding }) => `${rule.id}: ${finding.message}`)).toEqual(
      [],
    );
    expect(report.ignored).toEqual([]);
    expect(report.diagnostics).toEqual([]);
  });
});
