import { expect, test } from 'vitest';
import { cmdlineLines } from '../../src/plan/diffCmdline.js';

test.each([
  ['quiet a=1 b=2', 'b=2 quiet a=3 c', '~ p: a=1 -> a=3\n+ p: c\n'],
  ['quiet a=1', 'a=1', '- p: quiet\n'],
  ['console=a console=b', 'console=b console=c', '~ p: console=a -> console=c\n'],
  ['x=1 x=1', 'x=1', '- p: x=1\n'],
  ['a b', 'b  a', '~ p: the same words in another order or spacing\n'],
  ['', 'dyndbg="file a +p"', '+ p: dyndbg="file a +p"\n'],
])('"%s" to "%s"', (before, after, text) => {
  expect(cmdlineLines('p', before, after)).toBe(text);
});
