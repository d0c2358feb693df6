import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCodes.js';
import { runCli, temporaryFolder } from './startCli.js';

const PLAN = `isochron: 1
name: two
platform: ideal
host:
  # Stays where it is.
  topology: { sockets: 1, coresPerSocket: 4 }
  kernel: { preset: '6.12-rt' }
  sysctl: { kernel.sched_rt_runtime_us: -1, kernel.timer_migration: 0 }
  threads: [{ name: load, cpus: 0-3, every: 5ms, run: 1ms }]
workloads:
  - { id: a, kind: periodic, on: host, cpus: 2, policy: 'fifo:50', period: 1ms, run: 50us }
  - { id: b, kind: periodic, on: host, cpus: 3, policy: 'fifo:40', period: 1ms, run: 50us }
requirements:
  - { workload: a, latency: { max: 60us } }
  - { workload: b, latency: { max: LIMIT } }
`;

function suggest(limit: string, ...more: string[]) {
  const folder = temporaryFolder();
  const plan = join(folder, 'plan.yaml');
  writeFileSync(plan, PLAN.replace('LIMIT', limit));
  const out = join(folder, 'smaller.yaml');
  return { ...runCli(['suggest', plan, ...more.map((w) => (w === 'OUT' ? out : w))]), out };
}

it('puts both on one pCPU where the limits allow it, in the text of the user', () => {
  const { code, stdout, out } = suggest('110us', '-o', 'OUT');
  expect(stdout).toMatch(/every requirement is met by its bound/);
  expect(stdout).toMatch(/b latency max <= 110us +\S+ +100us/);
  expect(code).toBe(0);
  const text = readFileSync(out, 'utf8');
  expect(text).toContain('# Stays where it is.');
  const again = JSON.parse(runCli(['suggest', out, '--json']).stdout);
  expect(again.now.isolated).toEqual(again.suggested.isolated);
  expect(again.now.isolated.length).toBe(1);
});

it('keeps them apart where they cannot share', () => {
  const { suggested } = JSON.parse(suggest('90us', '--json').stdout);
  expect(suggested.meets).toBe(true);
  expect(suggested.isolated.length).toBe(2);
});

it('says what stands in the way where nothing meets the limits', () => {
  const { code, stdout } = suggest('40us');
  expect(code).toBe(EXIT.open);
  expect(stdout).toMatch(/Above the limit, mostly by\n +b latency max <= 40us: run 50us/);
});

it('says which limits no partition can meet, and which this one would', () => {
  const plan = join(temporaryFolder(), 'plan.yaml');
  const smi = 'host:\n  smi: { every: 1s, run: 60us }\n';
  writeFileSync(plan, PLAN.replace('LIMIT', '40us').replace('host:\n', smi));
  const { code, stdout } = runCli(['suggest', plan]);
  expect(code).toBe(EXIT.open);
  expect(stdout).toMatch(/No partition can remove SMIs: 60us .*\n +b latency max <= 40us/);
  expect(stdout).toMatch(
    /Limits that this partition would meet\n(?: +.*\n)* +b latency max <= 11\dus/,
  );
});
