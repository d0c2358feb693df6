/** Ctrl-C, with the real signal. What is waited for is output that was seen, never a time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunResult } from '../../src/latency/result.js';
import { SMALL_PLAN } from './smallPlan.js';
import { MAIN, namesIn, startCli, startNode, temporaryFolder } from './startCli.js';

/** Far more than a test would wait for. */
const ENDLESS = ['--activations', '1e12', '--progress'];

function start(args: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'plan.yaml'), SMALL_PLAN);
  return { folder, cli: startCli(['run', 'plan.yaml', ...ENDLESS, ...args], { cwd: folder }) };
}

test('the first Ctrl-C prints what was simulated so far, marked incomplete', async () => {
  const { cli } = start([]);
  await cli.sees(/simulated/);
  cli.process.kill('SIGINT');
  const { code, stdout } = await cli.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('timer');
  expect(stdout).toMatch(/incomplete/i);
});

test('the result so far is a valid one, and files are whole', async () => {
  const { folder, cli } = start(['--json', '--html', 'a.html']);
  await cli.sees(/simulated/);
  cli.process.kill('SIGINT');
  const { code, stdout } = await cli.ended;
  expect(code).toBe(130);
  const result = JSON.parse(stdout) as RunResult;
  expect(result.complete).toBe(false);
  expect(result.workloads[0].latency.count).toBeGreaterThan(0);
  expect(namesIn(folder)).toEqual(['a.html', 'plan.yaml']);
  expect(readFileSync(join(folder, 'a.html'), 'utf8').trimEnd()).toMatch(/<\/html>$/);
});

/** A command that never notices that it should end. */
const DEAF = `
  import { processContext } from '${MAIN.replace('main.js', 'context.js')}';
  const context = processContext(() => process.stderr.write('cleaned'));
  const release = context.onInterrupt(() => process.stderr.write('heard'));
  if (process.env.RELEASED) release();
  setInterval(() => undefined, 1000);
  process.stderr.write('ready');
`;

function startDeaf(env: Readonly<Record<string, string>>) {
  const file = join(temporaryFolder(), 'deaf.mjs');
  writeFileSync(file, DEAF);
  return startNode([file], { env });
}

test('the second Ctrl-C ends by the signal, after cleaning up', async () => {
  const deaf = startDeaf({});
  await deaf.sees(/ready/);
  deaf.process.kill('SIGINT');
  await deaf.sees(/heard/);
  deaf.process.kill('SIGINT');
  expect(await deaf.ended).toMatchObject({ signal: 'SIGINT', stderr: 'readyheardcleaned' });
});

test('once the run is over, the first Ctrl-C ends', async () => {
  const deaf = startDeaf({ RELEASED: '1' });
  await deaf.sees(/ready/);
  deaf.process.kill('SIGINT');
  expect(await deaf.ended).toMatchObject({ signal: 'SIGINT', stderr: 'readycleaned' });
});
