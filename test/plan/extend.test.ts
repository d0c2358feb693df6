import { expect, test } from 'vitest';
import { directoryOf, resolveInside } from '../../src/plan/planPath.js';
import { planFromYaml, prepare, wholeText } from './builder.js';

test('maps merge, lists replace, later bases win, the file wins over all', () => {
  const plan = planFromYaml('extends: [a.yaml, sub/b.yaml]\nhost: {kernel: {hz: 100}}', {
    files: {
      'a.yaml':
        'host: {kernel: {hz: 250, preset: "5.4"}, sysctl: {kernel.timer_migration: 0}}\nworkloads: [{id: x, kind: busy, on: host, cpus: 0, policy: other}]',
      'sub/b.yaml': 'extends: c.yaml\nhost: {kernel: {preset: "6.6"}}',
      'sub/c.yaml': 'workloads: [{id: y, kind: busy, on: host, cpus: 1, policy: other}]',
    },
  });
  expect(plan.host.hz).toBe(100);
  expect(plan.host.flags.idleExitStartsTick).toBe(false);
  expect(plan.host.flags.fairServer).toBe(false);
  expect(plan.host.flags.rtRuntimeShare).toBe(false);
  expect(plan.host.timerMigration).toBe(false);
  expect(plan.workloads.map((w) => w.id)).toEqual(['y']);
});

test('a fault in a base is placed in the base', () => {
  const { diagnostics } = prepare('extends: base.yaml', { files: { 'base.yaml': '\nhots: {}' } });
  expect(diagnostics[0]).toMatchObject({
    code: 'plan/unknown-key',
    place: { file: 'base.yaml', line: 2, column: 1 },
  });
});

test.each([
  ['extends: plan.yaml', 'plan/extends-cycle', {}],
  ['extends: a.yaml', 'plan/extends-cycle', { 'a.yaml': 'extends: plan.yaml' }],
  ['extends: ../up.yaml', 'plan/extends-path', {}],
  ['extends: /etc/passwd', 'plan/extends-path', {}],
  ['extends: "C:\\\\x.yaml"', 'plan/extends-path', {}],
  ['extends: sub/../../x.yaml', 'plan/extends-path', {}],
  ['extends: none.yaml', 'plan/unreadable', {}],
  ['extends: a.yaml', 'source/syntax', { 'a.yaml': '{cut' }],
  ['extends: {a: 1}', 'plan/value', {}],
])('%s gives %s', (text, code, files) => {
  const { plan, diagnostics } = prepare(text, { files });
  expect(plan).toBeUndefined();
  const found = diagnostics.find((d) => d.code === code);
  expect(found?.fix).toBeTruthy();
  expect(found?.place?.line).toBeGreaterThan(0);
});

test('a chain of 8 is read, a longer one is not', () => {
  const chain = (length: number) => {
    const files: Record<string, string> = { [`f${length}.yaml`]: 'host: {}' };
    for (let i = 1; i < length; i++) files[`f${i}.yaml`] = `extends: f${i + 1}.yaml`;
    return prepare('extends: f1.yaml', { files }).diagnostics.map((d) => d.code);
  };
  expect(chain(8)).toEqual([]);
  expect(chain(9)).toEqual(['plan/extends-depth']);
});

test('plans that multiply by extending each other stop', () => {
  const files: Record<string, string> = { 'f8.yaml': 'host: {}' };
  for (let i = 1; i < 8; i++) {
    files[`f${i}.yaml`] = `extends: [${Array(9)
      .fill(`f${i + 1}.yaml`)
      .join(', ')}]`;
  }
  const { diagnostics } = prepare('extends: f1.yaml', { files });
  expect(diagnostics.map((d) => d.code)).toEqual(['plan/extends-depth']);
});

test('paths stay inside the directory of the plan', () => {
  expect(directoryOf('/a/b/plan.yaml')).toBe('/a/b/');
  expect(directoryOf('plan.yaml')).toBe('');
  expect(resolveInside('/a/', '/a/b/', '../c.yaml')).toEqual({ path: '/a/c.yaml' });
  expect(resolveInside('/a/', '/a/b/', './c/./d.yaml')).toEqual({ path: '/a/b/c/d.yaml' });
  expect(resolveInside('/a/', '/a/b/', '../../c.yaml')).toHaveProperty('refusal');
});

test('an absolute file name works, and a platform may be a file beside the plan', () => {
  const text = wholeText('platform: mine.yaml');
  const { diagnostics } = prepare(text, {
    file: '/x/plan.yaml',
    files: { '/x/mine.yaml': 'isochron-platform: 1' },
  });
  expect(diagnostics.every((d) => d.place?.file === '/x/mine.yaml')).toBe(true);
  expect(diagnostics.map((d) => d.path)).toContain('host');
});
