/** Speeds that follow the neighbours: SMT siblings and turbo bins, from the instant of the change on. */
import { expect, test } from 'vitest';
import { record } from './record.js';

/** When `job` on pCPU 0 computes, in us from its start: it needs 1 ms; `other` is at work in between. */
function spanOf(host: string, other: { cpu: number; at: number; us: number }, cmdline = 'quiet') {
  const run = record(
    `
host:
  topology: {sockets: 1, coresPerSocket: 2, threadsPerCore: 2, siblings: adjacent}
  kernel: { preset: '6.12-rt', hz: 24, flags: { fairServer: false } }
  cmdline: ${cmdline}
  sysctl: { kernel.timer_migration: 0 }
  ${host}
  threads: [{name: other, cpus: ${other.cpu}, policy: 'fifo:1', every: 1s, start: ${other.at}us, run: ${other.us}us}]
workloads:
  - {id: job, kind: periodic, on: host, cpus: 0, policy: 'fifo:1', period: 1s, start: 1ms, run: 1ms}
`,
    20_000_000,
  );
  const line = run.lines.find(({ context, step }) => context === 'p0 job' && step === 'job');
  return line ? Math.round((line.toNs - line.fromNs) / 1000) : 0;
}

const SIBLING = { cpu: 1, at: 1200, us: 250 };

test('a busy sibling halves the speed for as long as it is busy', () => {
  expect(spanOf('', SIBLING)).toBe(1000);
  const with2 = spanOf('smt: {busySibling: 2}', SIBLING);
  // It takes 250 us at half speed too: 500 us, in which the job does 250.
  expect(with2).toBeGreaterThan(1250);
  expect(with2).toBeLessThan(1262);
});

test('another core is no sibling', () => {
  expect(spanOf('smt: {busySibling: 2}', { ...SIBLING, cpu: 2 })).toBe(1000);
});

test('a sibling that polls when idle is at work', () => {
  expect(spanOf('smt: {busySibling: 2}', SIBLING, 'idle=poll')).toBe(2000);
});

test('turbo bins: as many cores as are busy, siblings once', () => {
  const bins = 'frequency: [{cores: 2, factor: 1.5}]';
  expect(spanOf(bins, SIBLING)).toBe(1000);
  const two = spanOf(bins, { cpu: 2, at: 1200, us: 200 });
  // 200 us at 1.5 are 300, in which the job does 200.
  expect(two).toBeGreaterThan(1100);
  expect(two).toBeLessThan(1112);
});

test('a factor of 1 is none', () => {
  expect(spanOf('smt: {busySibling: 1}', SIBLING)).toBe(spanOf('', SIBLING));
});
