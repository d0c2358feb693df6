/** Rules 2, 3 and 4 on determinism in src/README.md, and those on size. */
import { describe, expect, test } from 'vitest';
import { EXCEPTIONS } from './exceptions.js';
import { type Finding, findLeftovers, findNondeterminism, findOversize } from './sourceRules.js';
import { filesBelow } from './sourceTree.js';

const sources = filesBelow('src', /\.ts$/);

/** Findings that no exception covers, and exceptions that cover nothing. */
function unexplained(rules: readonly string[], found: ReadonlyArray<Finding & { file: string }>) {
  const explains = (file: string, rule: string): boolean =>
    EXCEPTIONS.some((e) => e.file === file && e.rule === rule);
  return [
    ...found
      .filter((f) => !explains(f.file, f.rule))
      .map((f) => `${f.file}:${f.line}: ${f.rule}: ${f.detail}`),
    ...EXCEPTIONS.filter(
      (e) => rules.includes(e.rule) && !found.some((f) => f.file === e.file && f.rule === e.rule),
    ).map((e) => `exception without need: ${e.file}: ${e.rule}`),
  ];
}

describe('the source of src', () => {
  test('has nothing that differs from run to run outside cli', () => {
    const rules = ['locale', 'random', 'inexact-math', 'sort', 'async', 'clock', 'global'];
    const found = sources
      .filter((s) => !s.path.startsWith('src/cli/'))
      .flatMap((s) => findNondeterminism(s.path, s.text).map((f) => ({ ...f, file: s.path })))
      .filter((f) => !(f.rule === 'seedrandom' && f.file.startsWith('src/base/')));
    expect(unexplained([...rules, 'seedrandom'], found)).toEqual([]);
  });

  test('never draws or compares by locale in cli either', () => {
    const found = sources
      .filter((s) => s.path.startsWith('src/cli/'))
      .flatMap((s) => findNondeterminism(s.path, s.text).map((f) => ({ ...f, file: s.path })))
      .filter((f) => ['locale', 'random', 'sort', 'seedrandom'].includes(f.rule));
    expect(unexplained([], found)).toEqual([]);
  });

  test('stays small', () => {
    const found = sources.flatMap((s) =>
      findOversize(s.path, s.text).map((f) => ({ ...f, file: s.path })),
    );
    expect(unexplained(['file-length', 'function-length'], found)).toEqual([]);
  });

  test('has no leftovers and no switched-off checks', () => {
    const found = sources.flatMap((s) =>
      findLeftovers(s.text).map((f) => ({ ...f, file: s.path })),
    );
    expect(unexplained(['leftover'], found)).toEqual([]);
  });

  test('has no file named after nothing', () => {
    const names = /\/(?:utils?|helpers?|common|types|misc|shared|constants)(?:\.test)?\.ts$/;
    expect(sources.map((s) => s.path).filter((path) => names.test(path))).toEqual([]);
  });

  test('every exception has a reason', () => {
    for (const e of EXCEPTIONS) expect(e.reason.length, e.file).toBeGreaterThan(20);
  });
});

describe('the rules themselves find', () => {
  test.each([
    ['const t = Date.now();', 'clock'],
    ['const t = new Date();', 'clock'],
    ['const r = Math.random();', 'random'],
    ['const l = Math.log(2);', 'inexact-math'],
    ['const p = 2 ** 0.5;', 'inexact-math'],
    ['[2, 1].sort();', 'sort'],
    ["'a'.localeCompare('b');", 'locale'],
    ['(1).toLocaleString();', 'locale'],
    ['new Intl.NumberFormat();', 'global'],
    ['console.log(1);', 'global'],
    ['const f = async () => 1;', 'async'],
    ['class A { async run() {} }', 'async'],
    ["import seedrandom from 'seedrandom';", 'seedrandom'],
  ])('%s', (text, rule) => {
    expect(findNondeterminism('x.ts', text).map((f) => f.rule)).toContain(rule);
  });

  test.each([
    '// Date.now() in a comment',
    "const s = 'Math.random()';",
    'const n = 2 ** 53 + 1024 ** 2; const b = 10n ** 3n;',
    'const l = Math.imul(2, 3) + Math.floor(0.5);',
    '[2, 1].sort((a, b) => a - b);',
    'const process2 = { process: 1 }; const x = process2.process;',
  ])('nothing in %s', (text) => {
    expect(findNondeterminism('x.ts', text)).toEqual([]);
  });

  test('long files and functions', () => {
    const body = 'x();\n'.repeat(75);
    expect(findOversize('x.ts', `function f() {\n${body}}\n`)[0].rule).toBe('function-length');
    expect(findOversize('x.ts', 'x();\n'.repeat(201))[0].rule).toBe('file-length');
    expect(findOversize('x.ts', 'x();\n'.repeat(200))).toEqual([]);
  });
});
