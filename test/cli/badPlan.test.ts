/** What may be wrong with a plan: always a diagnostic with place and fix, exit 2 and no output. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SMALL_PLAN, smallPlanWith } from './smallPlan.js';
import { namesIn, runCli, temporaryFolder } from './startCli.js';

interface Json {
  readonly diagnostics: ReadonlyArray<Record<string, string | number | null>>;
}

/** Runs a plan that must be refused; gives its errors. */
function refused(text: string | Buffer, others: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'plan.yaml'), text);
  for (const [name, other] of Object.entries(others)) writeFileSync(join(folder, name), other);
  const before = namesIn(folder);
  const outputs = ['--html', 'a.html', '--svg', 'svg', '--png', 'png', '--output', 'a.json'];
  const { code, stdout, stderr } = runCli(['run', 'plan.yaml', '--json', ...outputs], {
    cwd: folder,
  });
  expect(code, stderr).toBe(2);
  expect(namesIn(folder)).toEqual(before);
  const errors = (JSON.parse(stdout) as Json).diagnostics.filter((d) => d.severity === 'error');
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(error.file, JSON.stringify(error)).toMatch(/\.ya?ml$/);
    expect(error.line, JSON.stringify(error)).toBeGreaterThan(0);
    expect(error.column, JSON.stringify(error)).toBeGreaterThan(0);
    expect(error.fix, JSON.stringify(error)).toBeTruthy();
    expect(stderr).toContain(`${error.file}:${error.line}:${error.column}: error: `);
  }
  return errors;
}

/** Line of a passage in the small plan after the change. */
function lineOf(text: string, passage: string): number {
  return text.slice(0, text.indexOf(passage)).split('\n').length;
}

describe('a plan with', () => {
  test.each([
    ['a number without unit', 'interval: 1ms', 'interval: 1000', 'interval: 1000'],
    ['a unit that does not exist', 'interval: 1ms', 'interval: 1msec', 'interval: 1msec'],
    ['a negative duration', 'interval: 1ms', 'interval: -1ms', 'interval: -1ms'],
    ['a duration beyond all time', 'interval: 1ms', 'interval: 99999999h', 'interval: 99999999h'],
    ['a fraction of a nanosecond', 'interval: 1ms', 'interval: 0.5ns', 'interval: 0.5ns'],
    ['a limit without unit', 'max: 50us', 'max: 50', 'max: 50 '],
    ['a negative vCPU id', 'id: 1,', 'id: -1,', 'id: -1'],
    ['a huge vCPU id', 'id: 1,', 'id: 1e300,', 'id: 1e300'],
    ['two vCPUs with one id', 'id: 1,', 'id: 0,', 'id: 0, cpus: 3'],
    ['pinning outside the topology', 'cpus: 3,', 'cpus: 64,', 'cpus: 64'],
    ['a CPU list that descends', 'cpus: 3,', 'cpus: 3-2,', 'cpus: 3-2'],
    ['an endless CPU list', 'cpus: 3,', 'cpus: 0-4294967295,', 'cpus: 0-4294967295'],
    ['FIFO priority 0', 'fifo:1 ', 'fifo:0 ', 'policy: fifo:0'],
    ['FIFO priority 100', 'fifo:1 ', 'fifo:100 ', 'policy: fifo:100'],
    ['a policy that does not exist', 'fifo:1 ', 'fifi:1 ', 'policy: fifi'],
    ['a guest that does not exist', 'on: plc', 'on: plx', 'on: plx'],
    ['a workload that does not exist', 'workload: timer', 'workload: timr', 'workload: timr'],
    ['a vCPU that does not exist', 'on: plc, cpus: 1', 'on: plc, cpus: 7', 'cpus: 7'],
    ['a platform that does not exist', 'platform: ideal', 'platform: idael', 'platform: idael'],
    ['a misspelt key', 'interval: 1ms', 'intervall: 1ms', 'intervall: 1ms'],
    ['a key twice', 'name: small', 'name: small\nname: other', 'name: other'],
    ['a percentile above 100', 'max: 50us', 'p101: 50us', 'p101'],
    ['no value', 'platform: ideal', 'platform:', 'platform:'],
    ['a tab as indentation', '    vcpus:', '\t\tvcpus:', '\t\tvcpus'],
  ])('%s', (_name, before, after, passage) => {
    const text = smallPlanWith(before, after);
    const lines = refused(text).map((e) => e.line);
    expect(lines).toContain(lineOf(text, passage));
  });

  test('several problems reports all of them', () => {
    const text = smallPlanWith('fifo:1 ', 'fifo:0 ')
      .replace('max: 50us', 'max: 50')
      .replace('interval: 1ms', 'intervall: 1ms');
    expect(refused(text).length).toBeGreaterThanOrEqual(3);
  });

  test('a misspelt key suggests the right one', () => {
    const errors = refused(smallPlanWith('interval: 1ms', 'intervall: 1ms'));
    expect(errors.map((e) => `${e.message} ${e.fix}`).join()).toMatch(/\binterval\b/);
  });

  test('missing CPUs', () => {
    refused(smallPlanWith('{ id: 0, cpus: 2 }', '{ id: 0, cpus: "" }'));
    refused(smallPlanWith('nohz_full=2-3', 'nohz_full=200-300'));
  });

  test('cyclic includes', () => {
    const errors = refused(`extends: other.yaml\n${SMALL_PLAN}`, {
      'other.yaml': 'extends: plan.yaml\n',
    });
    expect(errors.map((e) => e.code)).toContain('plan/extends-cycle');
    expect(errors.map((e) => e.message).join()).toContain('plan.yaml extends other.yaml');
  });

  test('an include that is missing', () => {
    refused(`extends: nowhere.yaml\n${SMALL_PLAN}`);
  });

  test('an include of itself', () => {
    refused(`extends: plan.yaml\n${SMALL_PLAN}`);
  });
});

describe('a file that is no plan', () => {
  test.each([
    ['is empty', ''],
    ['is truncated', SMALL_PLAN.slice(0, SMALL_PLAN.indexOf('id: 1,') + 3)],
    ['is a scalar', '42\n'],
    ['is a list', '- 1\n- 2\n'],
    ['is binary', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 37) % 256))],
    ['is not UTF-8', Buffer.from([...Buffer.from('name: '), 0xff, 0xfe, 0x0a])],
    ['is XML', '<domain type="kvm"/>'],
    ['has several documents', `${SMALL_PLAN}---\n${SMALL_PLAN}`],
    ['is nested without end', '['.repeat(100_000)],
    ['is a bomb of aliases', bomb()],
    ['pollutes the prototype', `__proto__: { polluted: 1 }\n${SMALL_PLAN}`],
  ])('%s', (_name, text) => {
    refused(text);
  });
});

function bomb(): string {
  const levels = Array.from({ length: 30 }, (_, i) => {
    const previous = i === 0 ? 'x' : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array.from({ length: 10 }, () => previous).join(', ')}]`;
  });
  return `${levels.join('\n')}\n`;
}

describe('a path that is no plan', () => {
  test.each([
    ['nothing', 'nothing.yaml'],
    ['a directory', 'folder'],
    ['a file as a directory', 'plan.yaml/plan.yaml'],
    ['an endless device', '/dev/zero'],
  ])('%s', (_name, path) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'plan.yaml'), SMALL_PLAN);
    for (const args of [
      ['run', path],
      ['plan', 'check', path],
      ['plan', 'diff', path, path],
    ]) {
      const { code, stdout, stderr } = runCli(args, { cwd: folder });
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain(`${path}`);
      expect(stderr).toContain('fix: ');
    }
  });
});
