/** What test files say about a mutant. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const TIMEOUT_MS = 180_000;

/**
 * First test of `files` that fails with the mutant's change; '' if none does. A change that does not
 * compile, or under which nothing ends, proves no rule: an error. Without a mutant: the source as it is.
 */
export function firstFailingTest(root, files, mutant = {}) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = ['--config', join(root, 'test/mutants/vitest.config.ts')];
  const run = spawnSync(
    process.execPath,
    [vitest, 'run', ...config, '--bail', '1', '--reporter', 'json', ...files],
    {
      cwd: root,
      env: { ...process.env, ISOCHRON_MUTANT: JSON.stringify(mutant) },
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (run.error) throw new Error(`no verdict: ${run.error.message}`);
  const json = run.stdout.slice(run.stdout.indexOf('{'));
  const { testResults, numPassedTests } = JSON.parse(json);
  for (const { name, assertionResults, message } of testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    const file = name.slice(root.length + 1);
    if (failed) return `${file}: ${failed.fullName}`;
    if (assertionResults.length === 0) throw new Error(`no verdict: ${file}: ${message}`);
  }
  if (run.status !== 0 || numPassedTests === 0) throw new Error(`no verdict: ${run.stderr}`);
  return '';
}
