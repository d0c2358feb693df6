import { expect, test } from 'vitest';
import { runCli } from '../cli/startCli.js';

const RUN = [
  'run',
  'models/plans/guest-cyclictest.yaml',
  '--for',
  '100ms',
  '--seed',
  '3',
  '--json',
];

test('another process, time zone and locale give the same bytes', () => {
  const here = runCli(RUN, { env: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' } });
  const there = runCli(RUN, {
    env: { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR' },
  });
  expect(here.code).not.toBe(2);
  expect(here.stdout).toMatch(/"fingerprint": ?"[0-9a-f]{16}"/);
  expect(there.stdout).toBe(here.stdout);
});
