import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodeOfResult } from '../../src/cli/exitCodes.js';
import type { RunResult, Verdict } from '../../src/latency/result.js';
import { runResultSchema } from '../../src/latency/resultSchema.js';
import { SMALL_PLAN, smallPlanWith } from './smallPlan.js';
import { namesIn, runCli, temporaryFolder } from './startCli.js';

function run(text: string, args: readonly string[], env?: Record<string, string>) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'plan.yaml'), text);
  const finished = runCli(['run', 'plan.yaml', ...args], { cwd: folder, env });
  return { ...finished, folder };
}

/** A limit that the ideal platform cannot miss, and one that nothing can meet with real costs. */
const LOOSE = SMALL_PLAN;
const COSTLY = smallPlanWith('platform: ideal', 'platform: icelake-sp-6.12-rt');
const TIGHT = COSTLY.replace('50us', '1ns');
/** Below the bound, above what few samples show. */
const RARE = COSTLY.replace('max: 50us', 'p99.999: 50us');

describe('isochron run', () => {
  test.each([
    [0, 'guaranteed', LOOSE],
    [4, 'fails', TIGHT],
    [6, 'not enough samples', RARE],
  ])('exit code %d: %s', (code, verdict, text) => {
    const finished = run(text, ['--activations', '200']);
    expect(finished.code, finished.stderr).toBe(code);
    expect(finished.stdout.toLowerCase()).toContain(verdict);
    expect(finished.stdout).toContain('timer');
  });

  test('--json prints the documented result and nothing else', () => {
    const { stdout, stderr, code } = run(LOOSE, ['--activations', '200', '--json']);
    const result = runResultSchema.parse(JSON.parse(stdout));
    expect(result.complete).toBe(true);
    expect(result.workloads[0].latency.count).toBeGreaterThanOrEqual(200);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('gives the same bytes in every process, time zone and locale', () => {
    const args = ['--activations', '300', '--search', '8', '--json', '--seed', 'a b'];
    const plain = run(TIGHT, args).stdout;
    expect(run(TIGHT, args, { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8' }).stdout).toBe(plain);
    const other = run(TIGHT, [
      '--activations',
      '300',
      '--search',
      '0',
      '--json',
      '--seed',
      'c',
    ]).stdout;
    expect(JSON.parse(other).fingerprint).not.toBe(JSON.parse(plain).fingerprint);
  });

  test('the version of the result is that of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const { stdout } = run(LOOSE, ['--activations', '10', '--json']);
    expect(JSON.parse(stdout).version).toBe(version);
  });

  test('--for stops at the simulated time', () => {
    const { stdout } = run(LOOSE, ['--for', '20ms', '--json']);
    const result = JSON.parse(stdout) as RunResult;
    expect(result.simulatedNs).toBe(20e6);
    expect(result.workloads[0].latency.count).toBeGreaterThan(15);
    expect(result.workloads[0].latency.count).toBeLessThanOrEqual(20);
  });

  test('--worst says how many samples are kept', () => {
    const { stdout } = run(TIGHT, ['--activations', '50', '--worst', '3', '--json']);
    expect((JSON.parse(stdout) as RunResult).workloads[0].worst).toHaveLength(3);
  });

  test('writes page and charts that need no network', () => {
    const args = ['--activations', '200', '--html', 'a.html', '--svg', 'svg', '--png', 'png'];
    const { folder, code, stderr } = run(TIGHT, args);
    expect(code, stderr).toBe(4);
    expect(namesIn(folder)).toEqual(['a.html', 'plan.yaml', 'png', 'svg']);
    const html = readFileSync(join(folder, 'a.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)\s*=\s*["']?https?:/i);
    const charts = namesIn(join(folder, 'svg'));
    expect(charts.length).toBeGreaterThanOrEqual(3);
    expect(namesIn(join(folder, 'png'))).toEqual(charts.map((c) => c.replace(/svg$/, 'png')));
    for (const chart of charts) {
      expect(readFileSync(join(folder, 'svg', chart), 'utf8')).toMatch(/<svg[^>]/);
      const png = readFileSync(join(folder, 'png', chart.replace(/svg$/, 'png')));
      expect(png.subarray(1, 4).toString()).toBe('PNG');
    }
  });

  test('--output takes what would be printed', () => {
    const { folder, stdout } = run(LOOSE, ['--activations', '20', '--json', '-o', 'a.json']);
    expect(stdout).toBe('');
    runResultSchema.parse(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8')));
  });

  test('prints no colour into a pipe, with or without NO_COLOR', () => {
    const environments: Record<string, string>[] = [{}, { NO_COLOR: '1' }, { FORCE_COLOR: '1' }];
    for (const env of environments) {
      const { stdout, stderr } = run(LOOSE, ['--activations', '20', '--progress'], env);
      expect(stdout + stderr).not.toContain('\u001B');
    }
  });
});

describe('exitCodeOfResult', () => {
  const result = (complete: boolean, ...verdicts: Verdict[]): RunResult =>
    ({
      complete,
      workloads: verdicts.map((verdict) => ({ requirements: [{ verdict }] })),
    }) as unknown as RunResult;

  test('assumed figures are accepted on demand', () => {
    expect(exitCodeOfResult(result(true, 'guaranteed if'), true)).toBe(0);
  });

  test.each([
    [0, result(true)],
    [0, result(true, 'guaranteed', 'met')],
    [3, result(true, 'open', 'guaranteed if')],
    [5, result(true, 'guaranteed', 'guaranteed if')],
    [0, result(true, 'met', 'met')],
    [4, result(true, 'met', 'not enough samples', 'fails')],
    [6, result(true, 'not enough samples', 'met')],
    [130, result(false, 'fails')],
  ])('%d', (code, of) => expect(exitCodeOfResult(of, false)).toBe(code));
});
