/** `isochron worst` and `isochron replay` as a user runs them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WitnessFile } from '../../src/adversary/witness.js';
import { runCli, startCli, temporaryFolder } from './startCli.js';

/** An SMI and an interrupt that 100 activations hardly ever meet. */
const PLAN = `isochron: 1
name: rare
platform: icelake-sp-6.12-rt
host:
  topology: { sockets: 1, coresPerSocket: 4 }
  cmdline: isolcpus=2-3 nohz_full=2-3
  smi: { every: 10s..60s..300s, run: 20us..40us..90us }
  irqs: [{ name: nic, cpus: 3, every: 2ms..5ms..9ms, cost: 1us..2us..9us, thread: off }]
workloads:
  - { id: loop, kind: cyclictest, on: host, cpus: 3, interval: 1ms }
  - { id: other, kind: cyclictest, on: host, cpus: 2, interval: 1ms }
requirements:
  - { workload: loop, latency: { max: 50us } }
`;

const QUICK = ['--budget', '48', '--activations', '100'];

function folderWithPlan(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'plan.yaml'), PLAN);
  return folder;
}

function witnessesOf(folder: string, ...args: string[]): WitnessFile {
  runCli(['worst', 'plan.yaml', ...QUICK, '--out', 'w.json', ...args], { cwd: folder });
  return JSON.parse(readFileSync(join(folder, 'w.json'), 'utf8')) as WitnessFile;
}

describe('isochron worst', () => {
  test('finds what chance has not met, and fails the requirement by it', () => {
    const { code, stdout } = runCli(['worst', 'plan.yaml', ...QUICK], { cwd: folderWithPlan() });
    expect(code).toBe(4);
    expect(stdout).toMatch(/SMI/);
    expect(stdout).toMatch(/loop latency max <= 50us: fails/);
  });

  test('--json is a report for programs', () => {
    const { code, stdout } = runCli(['worst', 'plan.yaml', ...QUICK, '--json', '--exit-zero'], {
      cwd: folderWithPlan(),
    });
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.complete).toBe(true);
    const [loop] = report.workloads;
    expect(loop.witnessNs).toBeGreaterThan(90_000);
    expect(loop.witnessNs).toBeGreaterThanOrEqual(loop.observedNs);
    expect(loop.attribution.reduce((sum: number, { ns }: { ns: number }) => sum + ns, 0)).toBe(
      loop.witnessNs,
    );
    expect(report.witnesses).toHaveLength(2);
  });

  test('finds the same with any number of workers', () => {
    const folder = folderWithPlan();
    const serial = witnessesOf(folder, '--jobs', '0');
    expect(witnessesOf(folder, '--jobs', '1')).toEqual(serial);
    expect(witnessesOf(folder, '--jobs', '3')).toEqual(serial);
    expect(witnessesOf(folder, '--jobs', '2', '--seed', '9')).not.toEqual(serial);
  });

  test('keeps the best so far at Ctrl-C', async () => {
    const folder = folderWithPlan();
    const args = ['worst', 'plan.yaml', '--budget', '1e8', '--activations', '100', '--progress'];
    const cli = startCli([...args, '--out', 'w.json', '--jobs', '2'], { cwd: folder });
    await cli.sees(/searching 0% {2}[1-9]/);
    cli.process.kill('SIGINT');
    const { code, stdout } = await cli.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('Incomplete');
    expect(runCli(['replay', 'w.json'], { cwd: folder }).code).toBe(0);
  });

  test('refuses a workload that the plan does not have', () => {
    const { code, stderr } = runCli(['worst', 'plan.yaml', '--workload', 'x'], {
      cwd: folderWithPlan(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('loop, other');
  });
});

let known: WitnessFile | undefined;

/** A folder with plan and witnesses; searched for once. */
function folderWithWitnesses(): { folder: string; file: WitnessFile } {
  const folder = folderWithPlan();
  known ??= witnessesOf(folder);
  writeFileSync(join(folder, 'w.json'), JSON.stringify(known));
  return { folder, file: known };
}

describe('isochron replay', () => {
  test('makes the witness happen again in another process, step by step', () => {
    const { folder, file } = folderWithWitnesses();
    const { witnesses } = file;
    const { code, stdout, stderr } = runCli(['replay', 'w.json'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { latencyNs } of witnesses) expect(stdout).toContain(`(${latencyNs} ns)`);
    expect(stdout).toContain('C_SMI');
    expect(stdout).toContain('kernel/time/hrtimer.c:hrtimer_interrupt');
    const json = JSON.parse(runCli(['replay', 'w.json', '--json'], { cwd: folder }).stdout);
    expect(json.witnesses.map((w: { latencyNs: number }) => w.latencyNs)).toEqual(
      witnesses.map(({ latencyNs }) => latencyNs),
    );
    for (const { timeline, latencyNs } of json.witnesses) {
      const last = timeline.at(-1);
      expect(last.fromNs + last.durationNs).toBe(latencyNs);
    }
  });

  const changes: ReadonlyArray<readonly [string, (file: WitnessFile) => unknown, RegExp]> = [
    ['another version', (f) => ({ ...f, version: '9.9.9' }), /is of version 9\.9\.9/],
    [
      'another plan',
      (f) => ({ ...f, plan: { ...f.plan, hash: '0'.repeat(64) } }),
      /is of plan rare/,
    ],
    [
      'another latency',
      ({ witnesses: [first], ...f }) => ({
        ...f,
        witnesses: [{ ...first, latencyNs: first.latencyNs - 1 }],
      }),
      /expected/,
    ],
    [
      'a choice outside its law',
      ({ witnesses: [first], ...f }) => ({
        ...f,
        witnesses: [{ ...first, choices: [{ source: 'host/smi/every', from: 0, ns: [1] }] }],
      }),
      /host\/smi\/every takes 10000000000\.\.300000000000 ns, not 1/,
    ],
    [
      'a source that is not there',
      ({ witnesses: [first], ...f }) => ({
        ...f,
        witnesses: [{ ...first, choices: [{ source: '__proto__', from: 0, ns: [1] }] }],
      }),
      /the plan has no source __proto__/,
    ],
  ];
  test.each(changes)('says so when the witness has %s', (_name, change, message) => {
    const { folder, file } = folderWithWitnesses();
    const changed = change(file);
    writeFileSync(join(folder, 'w.json'), JSON.stringify(changed));
    const { code, stderr } = runCli(['replay', 'w.json'], { cwd: folder });
    expect(code).toBe(7);
    expect(stderr).toMatch(message);
  });

  test.each([
    ['no JSON', 'nonsense', /is no JSON/],
    ['another form', '{"witnesses": 1}', /isochronWitness/],
    ['a plan elsewhere', '', /outside of its folder: \.\.\/\.\.\/etc\/passwd/],
  ])('refuses a file with %s', (_name, text, message) => {
    const { folder, file } = folderWithWitnesses();
    const elsewhere = { ...file, plan: { ...file.plan, file: '../../etc/passwd' } };
    writeFileSync(join(folder, 'w.json'), text === '' ? JSON.stringify(elsewhere) : text);
    const { code, stderr } = runCli(['replay', 'w.json'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
