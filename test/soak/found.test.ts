/** Plans that once exceeded their bound, shrunk; what was wrong then is in the name of each file. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { SmallPlan } from '../../src/testing/smallPlan.js';
import { checkPlan } from './check.js';

const FOLDER = 'test/soak/found';

test.each(readdirSync(FOLDER))('%s keeps its bound', (file) => {
  const small = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as SmallPlan;
  const { violation, bounded } = checkPlan(small, { seeds: ['1', '2'] });
  expect(violation).toBeUndefined();
  expect(bounded).toBeGreaterThan(0);
});
