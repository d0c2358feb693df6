/** What a first-time user gets wrong, and what the command line then says. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SMALL_PLAN, smallPlanWith } from './smallPlan.js';
import { MAIN, namesIn, runCli, temporaryFolder } from './startCli.js';

const GUEST = "<domain type='qemu'><name>g</name><vcpu>1</vcpu></domain>";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('what is said of a slip', () => {
  test.each([
    ['a plan forgotten', ['run'], /isochron run needs PLAN/],
    ['a second plan forgotten', ['plan', 'diff', 'p.yaml'], /plan diff needs BEFORE and AFTER/],
    ['a span without unit', ['run', 'p.yaml', '--for', '10'], /fix: write --for 10s$/m],
    ['a negative span', ['run', 'p.yaml', '--for', '-10s'], /never negative/],
    ['a negative count', ['run', 'p.yaml', '--activations', '-5'], /--activations is "-5"/],
    ['the XML of a guest', ['run', 'g.xml'], /isochron import --domain g\.xml/],
    ['a missing directory', ['run', 'p.yaml', '--html', 'no/a.html'], /no directory no/],
    ['a directory too deep', ['run', 'p.yaml', '--svg', 'no/charts'], /no directory no/],
    ['import into nowhere', ['import', '--cmdline', 'c', '-o', 'no/p.yaml'], /no directory no/],
    ['emulation', ['import', '--domain', 'g.xml'], /--accept-tcg/],
    ['an arm host', ['import', '--cmdline', 'c', '--kernel', '6.1.0.aarch64'], /not one for x86/],
  ])('%s', (_name, args, message) => {
    const cwd = folderWith({ 'p.yaml': SMALL_PLAN, 'g.xml': GUEST, c: 'quiet\n' });
    const { code, stderr, stdout } = runCli(args, { cwd });
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
    expect(namesIn(cwd)).toEqual(['c', 'g.xml', 'p.yaml']);
  });

  test('a missing base is the only complaint', () => {
    const cwd = folderWith({ 'p.yaml': 'isochron: 1\nextends: none.yaml\n' });
    const { code, stderr } = runCli(['plan', 'check', 'p.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    expect(stderr).toMatch(/cannot read none\.yaml/);
  });

  test('the machine of an import is a guess, and that is said', () => {
    const cwd = folderWith({ c: 'quiet\n' });
    const guessed = runCli(['import', '--cmdline', 'c'], { cwd });
    expect([guessed.code, guessed.stderr]).toEqual([
      0,
      expect.stringMatching(/warning: platform: .*every cost is that of/),
    ]);
    const named = runCli(['import', '--cmdline', 'c', '--platform', 'ideal'], { cwd });
    expect(named.stderr).not.toContain('import/platform');
  });

  test('import --accept-tcg reads an emulated guest', () => {
    const cwd = folderWith({ 'g.xml': GUEST });
    const { code, stdout } = runCli(['import', '--domain', 'g.xml', '--accept-tcg'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('name: g');
  });
});

test('a plan comes from standard input as -', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'plan', 'check', '-'], {
    input: SMALL_PLAN,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('plan small is valid');
});

test('micro signs are microseconds', () => {
  for (const sign of ['\u00b5s', '\u03bcs']) {
    const cwd = folderWith({ 'p.yaml': smallPlanWith('50us', `50${sign}`) });
    expect(runCli(['plan', 'check', 'p.yaml'], { cwd }).code).toBe(0);
  }
});

test('COLUMNS gives the width where there is no terminal', () => {
  const longest = (columns: string): number => {
    const help = runCli(['run', '--help'], { env: { COLUMNS: columns } }).stdout;
    return Math.max(...help.split('\n').map((line) => line.length));
  };
  expect(longest('70')).toBeLessThanOrEqual(70);
  expect(longest('150')).toBeGreaterThan(100);
});

test('a warning of both plans is said once in a diff, a command line word by word', () => {
  const cwd = folderWith({
    'a.yaml': smallPlanWith('nohz_full=2-3', 'nohz_ful=2-3'),
    'b.yaml': smallPlanWith('nohz_full=2-3', 'nohz_ful=2-3 quiet'),
  });
  const { stdout, stderr } = runCli(['plan', 'diff', 'a.yaml', 'b.yaml'], { cwd });
  expect(stderr.match(/write nohz_full/g)).toHaveLength(1);
  expect(stdout).toBe('+ host.cmdline: quiet\n');
});

test('a reader of standard error that stops reading is no error', () => {
  const cwd = folderWith({ 'p.yaml': SMALL_PLAN });
  // Standard error of the command is a pipe whose reader is gone.
  const script = `exec 3>&1; { sleep 0.2; "$0" "$1" run p.yaml --for 20s --progress 2>&1 >/dev/null; echo "code $?" >&3; } | true`;
  const { stdout } = spawnSync('bash', ['-c', script, process.execPath, MAIN], {
    cwd,
    encoding: 'utf8',
  });
  expect(stdout).toBe('code 0\n');
});

test('each chart directory is made', () => {
  const cwd = folderWith({ 'p.yaml': SMALL_PLAN });
  const args = ['run', 'p.yaml', '--for', '20ms', '--svg', 'out', '--html', 'out/page.html'];
  expect(runCli(args, { cwd }).code).toBe(0);
  expect(namesIn(join(cwd, 'out'))).toContain('page.html');
  expect(readFileSync(join(cwd, 'out', 'page.html'), 'utf8')).toContain('<html');
});
