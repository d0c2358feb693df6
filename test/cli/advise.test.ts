/** `isochron explain`, `compare` and the tails of `run` as a user runs them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { smallPlanWith } from './smallPlan.js';
import { runCli, temporaryFolder } from './startCli.js';

const LOUD = smallPlanWith(
  'platform: ideal\nhost:\n',
  `platform: icelake-sp-6.12-rt
host:
  idle: { deepest: poll }
  topology: { sockets: 1, coresPerSocket: 4 }
  irqs: [{ name: nic, cpus: 3, every: 200us..300us..900us, cost: 5us..9us..40us, thread: off }]
`,
);

const QUIET = smallPlanWith(
  'platform: ideal\nhost:\n',
  'platform: icelake-sp-6.12-rt\nhost:\n  idle: { deepest: poll }\n  topology: { sockets: 1, coresPerSocket: 4 }\n',
);

function folder(): string {
  const path = temporaryFolder();
  writeFileSync(join(path, 'quiet.yaml'), QUIET);
  writeFileSync(join(path, 'loud.yaml'), LOUD);
  return path;
}

test('explain tells the worst sample and ranks what would help', () => {
  const { code, stdout } = runCli(['explain', 'loud.yaml', '--activations', '300'], {
    cwd: folder(),
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Most of it: irq nic/);
  expect(stdout).toMatch(/Step by step:[\s\S]*C_HIRQ/);
  const [first] = stdout.split('What if')[1].split('\n').slice(1);
  expect(first).toContain('without the interrupt nic');
  expect(stdout).toMatch(/untuned[\s\S]*\+ isolcpus/);
});

test('explain --json is the same for programs, and its timeline sums to the latency', () => {
  const args = ['explain', 'loud.yaml', '--activations', '300', '--no-onion', '--json'];
  const { worst, timeline, whatIfs, maxNs, onion } = JSON.parse(
    runCli(args, { cwd: folder() }).stdout,
  );
  expect(worst.latencyNs).toBe(maxNs);
  const end = Math.max(
    ...timeline.map((one: { fromNs: number; durationNs: number }) => one.fromNs + one.durationNs),
  );
  expect(end).toBe(maxNs);
  expect(whatIfs[0].maxNs).toBeLessThan(maxNs);
  expect(onion).toEqual([]);
});

test('compare shows what differs and gates a pipeline', () => {
  const cwd = folder();
  const run = (...args: string[]) => runCli(['compare', ...args, '--activations', '300'], { cwd });
  const worse = run('quiet.yaml', 'loud.yaml', '--fail-if-worse', '10');
  expect(worse.code).toBe(4);
  expect(worse.stdout).toContain('irq nic');
  expect(run('loud.yaml', 'quiet.yaml', '--fail-if-worse', '10').code).toBe(0);
  expect(run('loud.yaml', 'loud.yaml', '--fail-if-worse', '0').code).toBe(0);
  expect(run('quiet.yaml', 'loud.yaml').code).toBe(0);
  expect(run('quiet.yaml', 'loud.yaml', '--fail-if-worse', 'much').code).toBe(2);
});

test('run --tails and --exceed add intervals, a fit and a chance', () => {
  const args = ['run', 'loud.yaml', '--activations', '3000', '--exit-zero', '--tails'];
  const cwd = folder();
  const { stdout } = runCli([...args, '--exceed', '20us'], { cwd });
  expect(stdout).toMatch(/p99 +[0-9.]+us +[0-9.]+us \.\. [0-9.]+us/);
  expect(stdout).toContain('peaks over threshold');
  expect(stdout).toMatch(/timer.* > 20us: [0-9.]+e-[0-9] per activation/);
  const { tails, workloads } = JSON.parse(runCli([...args, '--json'], { cwd }).stdout);
  expect(tails[0].id).toBe(workloads[0].id);
  const [{ percentile, lowNs, highNs }] = tails[0].intervals;
  const value = workloads[0].latency.percentiles[percentile];
  expect(lowNs).toBeLessThanOrEqual(value);
  expect(highNs).toBeGreaterThanOrEqual(value);
});
