import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SMALL_PLAN, smallPlanWith } from './smallPlan.js';
import { MAIN, runCli, temporaryFolder } from './startCli.js';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('plan check', () => {
  test('names plan and hash of a valid plan', () => {
    const cwd = folderWith({ 'plan.yaml': SMALL_PLAN });
    const { code, stdout } = runCli(['plan', 'check', 'plan.yaml'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^plan\.yaml: plan small is valid, hash [0-9a-f]{64}\n$/);
    const json = JSON.parse(runCli(['plan', 'check', 'plan.yaml', '--json'], { cwd }).stdout);
    expect(json.plan.name).toBe('small');
    expect(stdout).toContain(json.plan.hash);
  });

  test('takes JSON as well as YAML', () => {
    const text = JSON.stringify({ isochron: 1, name: 'j', platform: 'ideal' });
    const cwd = folderWith({ 'plan.json': text });
    expect(runCli(['plan', 'check', 'plan.json'], { cwd }).code).toBe(0);
  });

  test('prints each problem once, on standard error', () => {
    const cwd = folderWith({ 'plan.yaml': smallPlanWith('fifo:1 ', 'fifo:0 ') });
    const { code, stdout, stderr } = runCli(['plan', 'check', 'plan.yaml'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.match(/^plan\.yaml:\d+:\d+: error: /gm)).toHaveLength(1);
  });

  test('accepts a platform file beside the plan, and none outside', () => {
    const platform = readFileSync('models/platforms/ideal.yaml', 'utf8');
    const cwd = folderWith({
      'mine.yaml': platform.replace('name: ideal', 'name: mine'),
      'plan.yaml': smallPlanWith('platform: ideal', 'platform: ./mine.yaml'),
      'out.yaml': smallPlanWith('platform: ideal', 'platform: ../mine.yaml'),
    });
    expect(runCli(['plan', 'check', 'plan.yaml'], { cwd }).code).toBe(0);
    expect(runCli(['plan', 'check', 'out.yaml'], { cwd }).code).toBe(2);
  });
});

describe('plan diff', () => {
  const cwd = (): string =>
    folderWith({
      'a.yaml': SMALL_PLAN,
      'b.yaml': smallPlanWith('fifo:1 ', 'fifo:2 ').replace('max: 50us', 'max: 40us'),
    });

  test('prints a line for each change', () => {
    const { code, stdout } = runCli(['plan', 'diff', 'a.yaml', 'b.yaml'], { cwd: cwd() });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(stdout).toMatch(/policy.*fifo:1.*fifo:2/);
    expect(stdout).toMatch(/max.*50us.*40us/);
  });

  test('prints nothing for equal plans', () => {
    const { code, stdout } = runCli(['plan', 'diff', 'a.yaml', 'a.yaml'], { cwd: cwd() });
    expect([code, stdout]).toEqual([0, '']);
  });

  test('--json prints patches', () => {
    const { stdout } = runCli(['plan', 'diff', 'a.yaml', 'b.yaml', '--json'], { cwd: cwd() });
    const { patches } = JSON.parse(stdout) as { patches: Array<{ op: string; path: unknown }> };
    expect(patches.map((p) => p.op)).toEqual(['replace', 'replace']);
  });
});

describe('output', () => {
  test('may be cut off by its reader', () => {
    const command = `"${process.execPath}" "${MAIN}" plan schema | head -c 10`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stdout).toHaveLength(10);
    expect(stderr).toBe('');
  });

  test('shows control characters of a file as text', () => {
    const cwd = folderWith({ 'plan.yaml': `"\\e[31mred": 1\n${SMALL_PLAN}` });
    const { stderr } = runCli(['plan', 'check', 'plan.yaml'], { cwd });
    expect(stderr).not.toContain('\u001B');
    expect(stderr).toContain('\\u001b[31mred');
  });
});
