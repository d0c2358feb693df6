/** `isochron experiment` from the command line, on a small experiment of the user's own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { namesIn, runCli, startCli, temporaryFolder } from './startCli.js';

const YAML = `
isochron-experiment: 1
title: halt polling
question: what does polling save?
sources: [made up]
base: klog-wait-queue
variants:
  - { name: block }
  - { name: poll, edits: [{ op: add, path: /host/kvm, value: { halt_poll_ns: 2000000 } }] }
run: { activations: 100, seeds: 2 }
sweep: { points: 3, activations: 60 }
claims:
  - { says: blocking costs a wake-up, check: mean(block) > mean(poll), over: nominal }
assumed: []
finding: 'blocking takes {mean(block) / mean(poll)} times as long'
`;
const README = '# Mine\n<!-- made by isochron experiment --update -->\n<!-- end -->\n';

function mine(yaml = YAML): { cwd: string; folder: string } {
  const cwd = temporaryFolder();
  const folder = join(cwd, 'mine');
  mkdirSync(folder);
  writeFileSync(join(folder, 'README.md'), README);
  writeFileSync(join(folder, 'experiment.yaml'), yaml);
  return { cwd, folder };
}

test('stores a summary, finds it again, and says when it differs', () => {
  const { cwd, folder } = mine();
  const run = (...args: string[]) => runCli(['experiment', './mine', ...args], { cwd });
  const first = run('--workers', '0');
  expect(first.code).toBe(4);
  expect(first.stdout).toContain('none is stored');
  expect(run('--update', '--svg', 'figures', '--html', 'all.html').code).toBe(0);
  expect(namesIn(folder)).toEqual([
    'README.md',
    'expected.json',
    'experiment.yaml',
    'figure.svg',
    'figure.vl.json',
  ]);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('| claim | verdict |');
  expect(namesIn(join(cwd, 'figures'))).toEqual(['mine.svg']);
  expect(readFileSync(join(cwd, 'all.html'), 'utf8')).toContain('blocking takes');
  const again = run('--workers', '1');
  expect(again.code, again.stdout).toBe(0);
  expect(again.stdout).toContain('summary: same');
  expect(run('--workers', '0', '--json').stdout).toBe(run('--workers', '2', '--json').stdout);

  const expected = join(folder, 'expected.json');
  const changed = readFileSync(expected, 'utf8').replace(/"meanNs": [0-9]+/, '"meanNs": 1');
  writeFileSync(expected, changed);
  const differs = run();
  expect(differs.code).toBe(4);
  expect(differs.stdout).toMatch(/differs: block, cyclictest: mean 1ns -> /);
});

test('says where an experiment is wrong', () => {
  const { cwd } = mine(YAML.replace('mean(block) > mean(poll)', 'mean(blok) > mean(poll)'));
  const { code, stderr } = runCli(['experiment', './mine'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(/experiment\.yaml:13:\d+: error: .*there is no variant "blok"/);
  expect(stderr).toContain('write block');
  const edits = mine(YAML.replace('/host/kvm,', '/host/kmv/x,'));
  const wrong = runCli(['experiment', './mine'], { cwd: edits.cwd });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('variant poll');
  const unknown = runCli(['experiment', 'lwn-01']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('--list names them');
});

test('lists what there is', () => {
  const { code, stdout } = runCli(['experiment', '--list']);
  expect(code).toBe(0);
  expect(stdout).toContain('lwn-01-guest-and-bare-metal');
  const { experiments } = JSON.parse(runCli(['experiment', '--list', '--json']).stdout);
  expect(experiments[0]).toMatchObject({ name: expect.any(String), claims: expect.any(Array) });
});

test('Ctrl-C ends with what is there, and stores nothing', async () => {
  const { cwd, folder } = mine(YAML.replace('activations: 100,', 'activations: 100000000,'));
  const started = startCli(['experiment', './mine', '--progress', '--workers', '1'], { cwd });
  await started.sees(/experiments 0 %/);
  started.process.kill('SIGINT');
  const { code, stdout } = await started.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('not run');
  expect(existsSync(join(folder, 'expected.json'))).toBe(false);
});
