import { expect, test } from 'vitest';
import { parseLcores } from '../../src/base/dpdkLcores.js';

function read(text: string): Record<number, readonly number[]> | string {
  const result = parseLcores(text);
  if ('error' in result) return `${result.column}: ${result.error}`;
  return Object.fromEntries(result.lcores.map(({ lcore, cpus }) => [lcore, cpus]));
}

test('ranges map one to one, groups map each to all', () => {
  expect(read('1,2@(5-7),(3-5)@(0,2),(0,6),7-8')).toEqual({
    0: [0, 6],
    1: [1],
    2: [5, 6, 7],
    3: [0, 2],
    4: [0, 2],
    5: [0, 2],
    6: [0, 6],
    7: [7],
    8: [8],
  });
  expect(read('(0-1)@(2,3),4@5')).toEqual({ 0: [2, 3], 1: [2, 3], 4: [5] });
  expect(read('1@2,1@3')).toEqual({ 1: [3] });
});

test('problems keep their column in the whole text', () => {
  expect(read('1,2@(5')).toMatch(/^5: a parenthesis/);
  expect(read('1,2@x')).toMatch(/^5: "x"/);
  expect(read('1,(2-z)')).toMatch(/^6: "z"/);
  expect(read('')).toMatch(/^1: the list is empty/);
  expect(read('1,')).toMatch(/^3: the list is empty/);
});
