import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DiagnosticsError } from '../../src/base/diagnostics.js';
import { decodeText, readTextFile } from '../../src/cli/inputFiles.js';
import { checkTargets, writeFiles } from '../../src/cli/outputFiles.js';
import { namesIn, temporaryFolder } from './startCli.js';

function problemOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticsError) return error.diagnostics[0];
    throw error;
  }
  throw new Error('no error');
}

describe('readTextFile', () => {
  test('drops a byte order mark', () => {
    const file = join(temporaryFolder(), 'a');
    writeFileSync(file, '\uFEFFname: ü\n');
    expect(readTextFile(file)).toBe('name: ü\n');
  });

  test.each([
    ['missing', (folder: string) => join(folder, 'nothing'), 'no such file'],
    ['a directory', (folder: string) => folder, 'is a directory'],
    ['a part of the path is a file', (folder: string) => join(folder, 'f', 'g'), 'no such file'],
    ['endless', () => '/dev/zero', 'is larger than'],
  ])('refuses what is %s', (_name, path, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'f'), 'text');
    const file = path(folder);
    const problem = problemOf(() => readTextFile(file));
    expect(problem.message).toContain(message);
    expect(problem.place?.file).toBe(file);
    expect(problem.fix).toBeTruthy();
  });

  test('reads up to the limit and no further', () => {
    const file = join(temporaryFolder(), 'a');
    writeFileSync(file, 'x'.repeat(1000));
    expect(readTextFile(file, 1000)).toHaveLength(1000);
    expect(problemOf(() => readTextFile(file, 999)).code).toBe('cli/too-large');
  });
});

describe('decodeText', () => {
  test.each([
    ['a NUL', Buffer.from('ab\ncd\0'), 2, 3],
    ['a byte that is no UTF-8', Buffer.from([0x61, 0x0a, 0xff, 0x62]), 2, 1],
    ['a broken sequence before a NUL', Buffer.from([0xc3, 0x28, 0x00]), 1, 1],
  ])('places %s', (_name, bytes, line, column) => {
    const problem = problemOf(() => decodeText('f', bytes));
    expect(problem.code).toBe('cli/not-text');
    expect(problem.place).toEqual({ file: 'f', line, column });
  });

  test('keeps a replacement character that is really there', () => {
    expect(decodeText('f', Buffer.from('\uFFFD'))).toBe('\uFFFD');
  });
});

describe('writeFiles', () => {
  test('writes all, makes directories, leaves no temporary names', () => {
    const folder = temporaryFolder();
    const files = ['a.html', 'charts/b.svg'].map((name) => ({
      path: join(folder, name),
      data: name,
    }));
    writeFiles(files);
    expect(namesIn(folder)).toEqual(['a.html', 'charts']);
    expect(namesIn(join(folder, 'charts'))).toEqual(['b.svg']);
    expect(readFileSync(join(folder, 'a.html'), 'utf8')).toBe('a.html');
  });

  test('writes none when one cannot be written', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'old'), 'before');
    const files = ['new', 'old', 'taken'].map((name) => ({ path: join(folder, name), data: 'x' }));
    const problem = problemOf(() => writeFiles(files));
    expect(problem.place?.file).toBe(join(folder, 'taken'));
    expect(namesIn(folder)).toEqual(['old', 'taken']);
    expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('before');
  });

  test('replaces what a link names, and keeps link and permissions', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'real'), 'before');
    chmodSync(join(folder, 'real'), 0o640);
    symlinkSync('real', join(folder, 'link'));
    writeFiles([{ path: join(folder, 'link'), data: 'after' }]);
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('after');
    expect(statSync(join(folder, 'real')).mode & 0o777).toBe(0o640);
  });

  test('never replaces a device', () => {
    writeFiles([{ path: '/dev/null', data: 'x' }]);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('checkTargets', () => {
  test('refuses a directory for a file and a file for a directory', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'f'), '');
    checkTargets([join(folder, 'f'), join(folder, 'new')], [folder, join(folder, 'new')]);
    expect(problemOf(() => checkTargets([folder], [])).message).toBe('is a directory');
    expect(problemOf(() => checkTargets([], [join(folder, 'f')])).message).toBe(
      'is not a directory',
    );
  });
});
