#!/usr/bin/env node
// npm run mutants [-- NAME...]: breaks one rule of the simulator at a time; each must be caught.
// Mutants that recordings catch are tried in this process, the others by vitest with the same
// change. The change is made while the source is loaded: no file is touched.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { mutation } from './plugin.mjs';

const root = join(import.meta.dirname, '../..');
const load = async (file, plugins = []) =>
  (await runnerImport(join(root, file), { root, configFile: false, logLevel: 'error', plugins }))
    .module;

async function caughtBy(mutant) {
  if (mutant.caughtBy === 'recordings') {
    const { firstFailure } = await load('test/mutants/recordings.ts', [mutation(mutant)]);
    return firstFailure();
  }
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = ['--config', join(root, 'test/mutants/vitest.config.ts'), '--bail', '1'];
  const run = spawnSync(process.execPath, [vitest, 'run', ...config, ...mutant.caughtBy], {
    cwd: root,
    env: { ...process.env, ISOCHRON_MUTANT: JSON.stringify(mutant) },
    encoding: 'utf8',
  });
  return run.status === 0 ? '' : (/FAIL\s+(\S+)/.exec(run.stdout)?.[1] ?? 'a test');
}

const { MUTANTS } = await load('test/mutants/mutants.ts');
const names = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
if (chosen.length === 0) throw new Error(`no mutant is called ${names.join(' or ')}`);
if (!existsSync(join(root, 'test/conformance/fixtures')))
  throw new Error('there are no recordings');
const { firstFailure } = await load('test/mutants/recordings.ts');
if (firstFailure() !== '') throw new Error(`without any mutant ${firstFailure()} fails already`);
let survivors = 0;
for (const mutant of chosen) {
  const killer = await caughtBy(mutant);
  if (killer === '') survivors++;
  const verdict = killer === '' ? 'SURVIVES' : `caught by ${killer}`;
  console.log(`${mutant.name.padEnd(26)} ${verdict}`);
}
console.log(`${chosen.length - survivors} of ${chosen.length} mutants are caught`);
process.exitCode = survivors === 0 ? 0 : 1;
