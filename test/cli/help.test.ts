import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXIT_CODE_MEANINGS } from '../../src/cli/exitCodes.js';
import { runCli } from './startCli.js';

const COMMANDS = [
  [],
  ['run'],
  ['worst'],
  ['replay'],
  ['explain'],
  ['compare'],
  ['import'],
  ['check'],
  ['validate'],
  ['experiment'],
  ['plan'],
  ['plan', 'check'],
  ['plan', 'diff'],
  ['plan', 'schema'],
  ['platform'],
  ['platform', 'list'],
  ['platform', 'show'],
];

describe('--help', () => {
  test.each(COMMANDS)('%s %s', async (...words) => {
    const { code, stdout, stderr } = runCli([...words.filter(Boolean), '--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const name = ['isochron', ...words.filter(Boolean)].join('-');
    await expect(stdout).toMatchFileSnapshot(`./help/${name}.txt`);
  });

  test('of every command that does something has examples', () => {
    for (const words of COMMANDS.filter((w) => w.length === 2 || w[0] === 'run')) {
      expect(runCli([...words, '--help']).stdout, words.join(' ')).toContain('Examples:');
    }
  });

  test('names every exit code', () => {
    const { stdout } = runCli(['--help']);
    for (const [code, meaning] of EXIT_CODE_MEANINGS) {
      expect(stdout.replace(/\s+/g, ' ')).toContain(`${code} ${meaning}`);
    }
  });
});

describe('--version', () => {
  test('is that of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(runCli(['--version']).stdout).toBe(`${version}\n`);
  });
});

describe('completion', () => {
  test('prints a script that asks isochron itself', () => {
    const { code, stdout } = runCli(['completion'], { env: { SHELL: '/bin/bash' } });
    expect(code).toBe(0);
    expect(stdout).toContain('--get-yargs-completions');
    expect(stdout).toContain('isochron');
  });

  test.each([
    [['r'], ['run']],
    [
      ['plan', ''],
      ['check', 'diff', 'schema'],
    ],
    [['platform', 'sh'], ['show']],
    [['run', 'plan.yaml', '--act'], ['--activations']],
  ])('of %s', (words, expected) => {
    const { stdout } = runCli(['--get-yargs-completions', 'isochron', ...words]);
    const offered = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0]);
    for (const word of expected) expect(offered).toContain(word);
  });
});

describe('plan schema', () => {
  test('prints JSON Schemas', () => {
    for (const args of [[], ['--result'], ['--json']]) {
      const { code, stdout } = runCli(['plan', 'schema', ...args]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: expect.anything() });
    }
  });
});

describe('platform', () => {
  test('list names what show shows', () => {
    const { stdout } = runCli(['platform', 'list', '--json']);
    const { platforms } = JSON.parse(stdout) as { platforms: Array<{ name: string }> };
    expect(platforms.map((p) => p.name)).toContain('ideal');
    expect(platforms.length).toBeGreaterThanOrEqual(4);
    for (const { name } of platforms) {
      const shown = runCli(['platform', 'show', name]);
      expect(shown.code, shown.stderr).toBe(0);
      expect(shown.stdout).toContain(`${name}: `);
      expect(shown.stdout).toContain('hrtimerInterrupt');
    }
    expect(runCli(['platform', 'list']).stdout).toContain('ideal');
  });

  test('show takes a path', () => {
    const { code, stdout } = runCli(['platform', 'show', 'models/platforms/ideal.yaml', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).platform.name).toBe('ideal');
  });
});
