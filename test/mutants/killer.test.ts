import { join } from 'node:path';
import { expect, test } from 'vitest';
import { firstFailingTest } from './killer.mjs';

const root = join(import.meta.dirname, '../..');
const files = ['test/kernel/idleTick.test.ts'];
const change = {
  file: 'src/kernel/tick.ts',
  find: 'idlePollKeepsTick && k.cpu.idlePolls[cpu] === 1',
};
// The tests of mutants are vitest runs of their own.
const SLOW = 60_000;

test('names the test that a broken rule makes fail', { timeout: SLOW }, () => {
  const mutant = { ...change, replace: 'idlePollKeepsTick && k.cpu.idlePolls[cpu] === 2' };
  expect(firstFailingTest(root, files, mutant)).toMatch(/^test\/kernel\/idleTick\.test\.ts: ./);
});

test('names none if the rule stays what it was', { timeout: SLOW }, () => {
  const mutant = { ...change, replace: 'k.cpu.idlePolls[cpu] === 1 && idlePollKeepsTick' };
  expect(firstFailingTest(root, files, mutant)).toBe('');
});

test('a change that does not compile is no kill', { timeout: SLOW }, () => {
  const mutant = { ...change, replace: 'idlePollKeepsTick &&' };
  expect(() => firstFailingTest(root, files, mutant)).toThrow('no verdict');
});
