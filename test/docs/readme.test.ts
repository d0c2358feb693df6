/**
 * Runs every command and code block of README.md in a copy of docs/example, in order, as a reader
 * would. A block after `<!-- not run: reason -->` is left out; a `text` block is what the block
 * before it prints. UPDATE_DOCS=1 writes output and picture anew: look at the difference then.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT_CODE_MEANINGS } from '../../src/cli/exitCodes.js';

const UPDATE = process.env.UPDATE_DOCS === '1';
const PICTURE = 'docs/result.svg';
const README = readFileSync('README.md', 'utf8');
const ROOT = resolve('.');

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  readonly notRun: string | undefined;
}

function blocksOf(markdown: string): Block[] {
  const pattern = /(?:<!-- not run: ([^>]+) -->\n)?```([a-z]+)\n([\s\S]*?)```/g;
  return [...markdown.matchAll(pattern)].map((match) => ({
    language: match[2],
    text: match[3],
    line: markdown.slice(0, match.index).split('\n').length,
    notRun: match[1],
  }));
}

const blocks = blocksOf(README);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isochron-readme-'));
  cpSync('docs/example', folder, { recursive: true });
  mkdirSync(join(folder, 'bin'));
  const main = join(ROOT, 'dist/cli/main.js');
  writeFileSync(
    join(folder, 'bin/isochron'),
    `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`,
  );
  chmodSync(join(folder, 'bin/isochron'), 0o755);
  // The package as an installer would put it.
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/isochron'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function execute(command: string, args: readonly string[]) {
  return spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` },
  });
}

/** A `text` block; updates replace the first that still has the old text. */
const fenced = (text: string): string => `\`\`\`text\n${text}\`\`\`\n`;

function runBlock(block: Block) {
  if (block.language === 'sh') return execute('bash', ['-euo', 'pipefail', '-c', block.text]);
  // Types are stripped by the compiler of the project.
  const file = join(folder, `block-${block.line}.ts`);
  writeFileSync(file, block.text);
  const flags = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--strict'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const roots = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--skipLibCheck'];
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n');
  const compiled = execute(process.execPath, [tsc, ...flags, ...roots, file]);
  if (compiled.status !== 0) return { ...compiled, stderr: compiled.stdout };
  return execute(process.execPath, [file.replace(/ts$/, 'js')]);
}

describe('README.md', () => {
  test('opens with the two commands and a picture', () => {
    expect(blocks[0].text).toContain('npm ci && npm start');
    expect(blocks[0].text).toContain('npm ci && npm test');
    expect(README.indexOf('![')).toBeLessThan(README.indexOf('## '));
  });

  test('has only files that exist behind its links', () => {
    const links = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(existsSync(link), link).toBe(true);
  });

  test('says for each block that is not run why', () => {
    for (const block of blocks.filter((b) => b.notRun !== undefined)) {
      expect(block.notRun?.length).toBeGreaterThan(15);
    }
    expect(blocks.filter((b) => b.notRun === undefined).length).toBeGreaterThanOrEqual(4);
  });

  test('lists the exit codes of the program', () => {
    for (const [code, meaning] of EXIT_CODE_MEANINGS) {
      expect(README).toContain(`| ${code} | ${meaning} |`);
    }
  });

  // In one test, since each block builds on the files of those before it.
  test('every block runs and prints what stands below it', { timeout: 180_000 }, () => {
    let printed = '';
    let updated = README;
    for (const block of blocks.filter((b) => b.notRun === undefined)) {
      const where = `README.md:${block.line}`;
      expect(['sh', 'ts', 'text'], where).toContain(block.language);
      if (block.language === 'text') {
        if (!UPDATE) expect(block.text, where).toBe(printed);
        updated = updated.replace(fenced(block.text), () => fenced(printed));
        continue;
      }
      const { status, stdout, stderr } = runBlock(block);
      expect(status, `${where}\n${stdout}\n${stderr}`).toBe(0);
      printed = stdout;
    }
    const picture = readFileSync(join(folder, 'charts/plc-cyclictest-causes.svg'), 'utf8');
    if (UPDATE) {
      writeFileSync('README.md', updated);
      writeFileSync(PICTURE, picture);
    }
    expect(readFileSync(PICTURE, 'utf8')).toBe(picture);
  });
});
