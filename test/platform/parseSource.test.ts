import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSource } from '../../src/platform/parseSource.js';
import {
  formatPath,
  overlay,
  placeOf,
  toPlain,
  withoutItem,
  writtenPath,
} from '../../src/platform/sourceTree.js';

const parse = (text: string) => {
  const { root, diagnostics } = parseSource(text, 'f.yaml');
  if (!root || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return root;
};
const codes = (text: string) => parseSource(text, 'f.yaml').diagnostics.map((d) => d.code);

test('values keep their places', () => {
  const root = parse('a: 1\nlist:\n  - x: 2\n  - y: "abc"\n');
  expect(placeOf(root, ['a'])).toEqual({ file: 'f.yaml', line: 1, column: 4 });
  expect(placeOf(root, ['list', 1, 'y'])).toEqual({ file: 'f.yaml', line: 4, column: 8 });
  expect(placeOf(root, ['list', 1, 'y'], 2)).toEqual({ file: 'f.yaml', line: 4, column: 11 });
  expect(placeOf(root, ['list', 0, 'none'])).toEqual({ file: 'f.yaml', line: 3, column: 5 });
});

test('JSON is read with places, tabs and all', () => {
  const root = parse('{\n\t"a": {"b": [1, true, null, "x"]}\n}');
  expect(toPlain(root)).toEqual({ a: { b: [1, true, null, 'x'] } });
  expect(placeOf(root, ['a', 'b', 3]).line).toBe(2);
});

test('every JSON value survives', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.jsonValue({ depthSize: 'small' })),
      (value) => {
        const text = JSON.stringify(value);
        const parsed = parseSource(text, 'f.json');
        // JSON leaves DEL and U+FFFD unescaped; they and the key __proto__ are refused.
        fc.pre(parsed.diagnostics.length === 0);
        expect(toPlain(parsed.root!)).toEqual(JSON.parse(text));
      },
    ),
  );
});

test.each([
  ['a: 1\na: 2', 'source/duplicate-key'],
  ['__proto__: {x: 1}', 'source/key'],
  ['? [a, b]\n: 1', 'source/key'],
  ['a: *none', 'source/alias'],
  ['a: "abc', 'source/syntax'],
  ['{a: 1', 'source/syntax'],
  ['a: 1\n---\nb: 2', 'source/syntax'],
  ['a: !!js/function "x"', 'source/syntax'],
  ['', 'source/empty'],
  ['# only a comment', 'source/empty'],
  ['ab\u0000cd', 'source/refused'],
  ['\ufffd\ufffdPNG', 'source/refused'],
  ['['.repeat(100_000), 'source/refused'],
  ['- '.repeat(100_000), 'source/refused'],
  ['a: '.repeat(100_000), 'source/refused'],
  [`x: ${'y'.repeat(9 * 1024 * 1024)}`, 'source/refused'],
  ['- a\n'.repeat(300_000), 'source/refused'],
  ['a: &a [*a, *a]', 'source/refused'],
])('bad text %# is named', (text, code) => {
  expect(codes(text)).toContain(code);
  for (const diagnostic of parseSource(text, 'f.yaml').diagnostics) {
    expect(diagnostic.fix).toBeTruthy();
    expect(diagnostic.place?.line).toBeGreaterThanOrEqual(1);
    expect(diagnostic.message.length).toBeLessThan(500);
  }
});

test('an alias bomb stops at the limit', () => {
  let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
  for (let i = 1; i < 9; i++) {
    text += `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}*a${i - 1}]\n`;
  }
  expect(codes(text)).toEqual(['source/refused']);
});

test('no text crashes the parser', () => {
  const pieces = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '-',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '&a',
    '*a',
    '|',
    '>',
    '#',
    '?',
    '!',
    '\t',
    '0',
    '~',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const { root, diagnostics } = parseSource(parts.join(''), 'f.yaml');
      expect(root !== undefined || diagnostics.length > 0).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('maps merge, lists replace, and places come from the file that won', () => {
  const base = parseSource('a: {x: 1, y: [1, 2]}\nb: 1', 'base.yaml').root!;
  const top = parseSource('a: {y: [3]}', 'top.yaml').root!;
  const merged = overlay(base, top);
  expect(toPlain(merged)).toEqual({ a: { x: 1, y: [3] }, b: 1 });
  expect(placeOf(merged, ['a', 'x']).file).toBe('base.yaml');
  expect(placeOf(merged, ['a', 'y', 0]).file).toBe('top.yaml');
});

test('a left-out item keeps the written index of those that stay', () => {
  const root = withoutItem(parse('l: [a, b, {c: 1}]'), ['l', 0]);
  expect(toPlain(root)).toEqual({ l: ['b', { c: 1 }] });
  expect(formatPath(writtenPath(root, ['l', 1, 'c']))).toBe('l[2].c');
  const again = withoutItem(root, ['l', 0]);
  expect(formatPath(writtenPath(again, ['l', 0, 'c']))).toBe('l[2].c');
});
