#!/usr/bin/env node
// npm run mutants [-- NAME...]: breaks one rule of the simulator at a time; each must be caught.
// Mutants that recordings catch are tried in this process, the others by vitest with the same
// change. The change is made while the source is loaded: no file is touched.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { firstFailingTest } from './killer.mjs';
import { mutation } from './plugin.mjs';

const root = join(import.meta.dirname, '../..');
const load = async (file, plugins = []) =>
  (await runnerImport(join(root, file), { root, configFile: false, logLevel: 'error', plugins }))
    .module;

async function caughtBy(mutant) {
  if (mutant.caughtBy !== 'recordings') return firstFailingTest(root, mutant.caughtBy, mutant);
  const { firstFailure } = await load('test/mutants/recordings.ts', [mutation(mutant)]);
  return firstFailure();
}

/** Without any mutant everything passes: else a failure would prove nothing. */
async function checkUnbroken(mutants) {
  const files = new Set(
    mutants.flatMap(({ caughtBy }) => (Array.isArray(caughtBy) ? caughtBy : [])),
  );
  if (mutants.some(({ caughtBy }) => caughtBy === 'recordings')) {
    if (!existsSync(join(root, 'test/conformance/fixtures')))
      throw new Error('there are no recordings');
    const { firstFailure } = await load('test/mutants/recordings.ts');
    if (firstFailure() !== '')
      throw new Error(`without any mutant ${firstFailure()} fails already`);
  }
  const failing = files.size === 0 ? '' : firstFailingTest(root, [...files]);
  if (failing !== '') throw new Error(`without any mutant ${failing} fails already`);
}

const { MUTANTS } = await load('test/mutants/mutants.ts');
const names = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
if (chosen.length === 0) throw new Error(`no mutant is called ${names.join(' or ')}`);
await checkUnbroken(chosen);
let caught = 0;
for (const mutant of chosen) {
  let verdict = 'SURVIVES';
  try {
    const killer = await caughtBy(mutant);
    if (killer !== '') {
      caught++;
      verdict = `caught by ${killer}`;
    }
  } catch (error) {
    verdict = `FAILED: ${error.message.split('\n')[0]}`;
  }
  console.log(`${mutant.name.padEnd(26)} ${verdict}`);
}
console.log(`${caught} of ${chosen.length} mutants are caught`);
process.exitCode = caught === chosen.length ? 0 : 1;
