/** Records the measured system: every plan a few times a boot, as histograms of cyclictest. */
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CYCLICTEST,
  KERNEL,
  LENGTH,
  type MeasuredPlan,
  PLANS,
  REPETITIONS,
  scenarioOf,
} from '../measured/plans.js';
import {
  histogramOf,
  type MeasuredRecording,
  type Repetition,
  readMeasured,
  writeMeasured,
} from '../measured/recordings.js';
import { CMDLINE, GUEST_CMDLINE, PLACEMENT, type ScenarioThread, thread } from '../scenario.js';
import { boot, compileInterpreter } from './boot.js';
import { inputLines, startLines } from './input.js';
import { kernelFiles } from './kernels.js';
import { nestedFiles } from './nestedFiles.js';
import { installTools, versionOf } from './tools.js';

const GUEST_BOOT_MS = 60_000;
/** Around a repetition: starting the threads, reading the results. */
const AROUND_MS = 2500;
const LENGTH_MS = 1000 * Number.parseInt(LENGTH, 10);

/** `--fresh` forgets earlier boots; else this boot is added to them. */
export async function recordMeasured(args: readonly string[]): Promise<void> {
  const fresh = args.includes('--fresh');
  const names = args.filter((one) => !one.startsWith('-'));
  const chosen = PLANS.filter(({ name }) => names.length === 0 || names.includes(name));
  installTools();
  const directory = join(tmpdir(), 'isochron-conformance', `measured-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  const kernel = kernelFiles(KERNEL, join(tmpdir(), 'isochron-conformance', 'kernels'));
  const interpreter = compileInterpreter(directory);
  // Round by round: repetitions of one plan are minutes apart.
  const runs = Array.from({ length: REPETITIONS }, () => chosen).flat();
  const input = [
    ...startLines({ guest: { vcpus: {}, threads: [] } }).filter(
      (line) => !line.startsWith('events '),
    ),
    ...runs.flatMap((plan) => inputLines(scenarioOf(plan), KERNEL)),
  ];
  const inside = runs.flatMap(guestLines);
  const output = await boot({
    ...{ image: kernel.image, interpreter, cmdline: CMDLINE, directory, input, memory: 2048 },
    files: nestedFiles(kernel, interpreter, inside, directory),
    lengthMs: GUEST_BOOT_MS + runs.length * (LENGTH_MS + AROUND_MS),
  });
  const latencies = readOutput(output);
  for (const { name } of chosen)
    store(name, latencies.get(name) ?? [], versionOf(output[0]), fresh);
}

/** cyclictest is a thread whose only step reads the clock. */
function guestLines(plan: MeasuredPlan): string[] {
  const { name, shows, until } = scenarioOf(plan);
  const { cpu, start, policy, interval } = CYCLICTEST;
  const cyclictest: ScenarioThread = {
    ...thread('cyclictest', policy, cpu, start, 'run 1ns'),
    every: interval,
  };
  const threads = [cyclictest, ...(plan.guest ?? [])];
  const scenario = { name, shows, rules: [], until, threads, timerMigration: 0 as const };
  return inputLines(scenario, KERNEL, PLACEMENT.length).map((line) =>
    line.startsWith('step cyclictest ') ? 'step cyclictest late' : line,
  );
}

/** Latencies in ns of each repetition, by plan. */
function readOutput(output: readonly string[]): Map<string, number[][]> {
  const all = new Map<string, number[][]>();
  let current: number[] = [];
  for (const line of output) {
    if (/^(error|missing) /.test(line)) process.stderr.write(`the interpreter says: ${line}\n`);
    if (line.startsWith('begin ')) current = [];
    if (line.startsWith('late ')) current.push(Number(line.slice(5)));
    if (!line.startsWith('end ') || current.length === 0) continue;
    const name = line.slice(4);
    all.set(name, [...(all.get(name) ?? []), current]);
  }
  return all;
}

function store(name: string, runs: readonly number[][], kernel: string, fresh: boolean): void {
  const before = fresh || !existsMeasured(name) ? [] : readMeasured(name).repetitions;
  const last = before.reduce((most, { boot: one }) => Math.max(most, one), 0);
  const added: Repetition[] = runs.map((one) => ({ boot: last + 1, histogram: histogramOf(one) }));
  const recording: MeasuredRecording = {
    plan: name,
    kernel,
    cmdline: CMDLINE,
    guestCmdline: `vcpus on pcpus ${PLACEMENT.join(',')} ${GUEST_CMDLINE}`,
    command: 'test/conformance/record/measured',
    unit: '0.1 ms',
    repetitions: [...before, ...added],
  };
  writeMeasured(recording);
  process.stderr.write(`${name}: ${added.length} repetitions added\n`);
}

function existsMeasured(name: string): boolean {
  return existsSync(join(import.meta.dirname, '../measured/recordings', `${name}.json`));
}
