/**
 * Records scenarios on real kernels: record [SCENARIO...] [--kernel NAME]... [--missing] [--print].
 *
 * A recording counts when two undisturbed runs agree, or one and a disturbed one, or four disturbed
 * ones; what does not agree is run again, a few times.
 */
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDuration } from '../../../src/base/units.js';
import { parseProgramStep } from '../../../src/plan/threadProgram.js';
import { BEGIN_NS, exitLines } from '../exits.js';
import { readRecordings, writeRecording } from '../fixture.js';
import {
  CMDLINE,
  GUEST_CMDLINE,
  KERNELS,
  type KernelName,
  kernelsOf,
  PLACEMENT,
  type Scenario,
} from '../scenario.js';
import { SCENARIOS } from '../scenarios/all.js';
import { formatSegment, orderOf, reduce, type Segment } from '../sequence.js';
import { timerLines } from '../timers.js';
import { boot, compileInterpreter } from './boot.js';
import { exitEventsOf } from './exitTrace.js';
import { guestSegmentsOf, segmentsOf } from './ftrace.js';
import { guestInputLines, guestStartLines, inputLines, startLines } from './input.js';
import { type KernelFiles, kernelFiles } from './kernels.js';
import { nestedFiles } from './nestedFiles.js';
import { timerEventsOf } from './timerTrace.js';
import { installTools, versionOf } from './tools.js';

/** Runs of a scenario in one boot, and boots at most. */
const RUNS = 2;
const BOOTS = 5;

/** Weight of an undisturbed run; more than this must agree. */
const CLEAN = 3;

/** The one command: installs what is missing, records, writes the fixtures. */
export async function record(args: readonly string[]): Promise<void> {
  const { names, kernels, print, missing } = readArguments(args);
  const chosen = SCENARIOS.filter(
    ({ name }) => names.length === 0 || names.some((one) => name === one || name.startsWith(one)),
  );
  if (chosen.length === 0) throw new Error(`no scenario is called ${names.join(' or ')}`);
  installTools();
  const directory = join(tmpdir(), 'isochron-conformance');
  mkdirSync(directory, { recursive: true });
  const interpreter = compileInterpreter(directory);
  for (const kernel of kernels) {
    const files = kernelFiles(kernel, join(directory, 'kernels'));
    const wanted = chosen.filter(
      (one) => kernelsOf(one).includes(kernel) && !(missing && isRecorded(one, kernel)),
    );
    for (const machine of new Set(wanted.map(machineOf))) {
      const together = wanted.filter((one) => machineOf(one) === machine);
      const work = join(directory, `boot-${process.pid}`);
      mkdirSync(work, { recursive: true });
      await recordTogether(together, kernel, print, {
        kernel: files,
        interpreter,
        cmdline: together[0].cmdline ?? CMDLINE,
        guest: guestCommand(together[0]),
        directory: work,
      });
    }
  }
}

/** Scenarios of which this is the same share a boot. */
function machineOf({ cmdline, guest, ticks }: Scenario): string {
  const { cmdline: inside, placement, kvm } = guest ?? {};
  return JSON.stringify([
    cmdline,
    ticks !== undefined,
    guest !== undefined,
    inside,
    placement,
    kvm,
  ]);
}

/** What its guest is started with, for the fixture. */
function guestCommand({ guest }: Scenario): string | undefined {
  if (!guest) return undefined;
  const parameters = Object.entries(guest.kvm ?? {}).map(([name, value]) => `kvm.${name}=${value}`);
  const pcpus = `vcpus on pcpus ${(guest.placement ?? PLACEMENT).join(',')}`;
  return [pcpus, ...parameters, guest.cmdline ?? GUEST_CMDLINE].join(' ');
}

function isRecorded({ name }: Scenario, kernel: KernelName): boolean {
  return readRecordings(name).some((one) => one.kernel === kernel);
}

interface Machine {
  readonly kernel: KernelFiles;
  readonly interpreter: string;
  readonly cmdline: string;
  readonly guest?: string;
  readonly directory: string;
}

/** Scenarios of one command line: one boot runs them all, a few times. */
async function recordTogether(
  scenarios: readonly Scenario[],
  kernel: KernelName,
  print: boolean,
  machine: Machine,
): Promise<void> {
  const seen = new Map<string, Map<string, number>>();
  const left = new Set(scenarios);
  for (let i = 0; i < BOOTS && left.size > 0; i++) {
    const runs = Array.from({ length: RUNS }, () => [...left]).flat();
    const input = [...startLines(scenarios[0]), ...runs.flatMap((one) => inputLines(one, kernel))];
    const inside = [...guestStartLines(), ...runs.flatMap((one) => guestInputLines(one, kernel))];
    const files = scenarios[0].guest
      ? nestedFiles(machine.kernel, machine.interpreter, inside, machine.directory)
      : new Map<string, string>();
    const lengthMs = runs.reduce(
      (sum, { until, guest }) => sum + Number(parseDuration(until)) / 1e6 + (guest ? 2000 : 300),
      scenarios[0].guest ? 60_000 : 0,
    );
    const { interpreter, cmdline, directory } = machine;
    const output = await boot({
      ...{ image: machine.kernel.image, interpreter, cmdline, directory },
      ...{ input, files, lengthMs, memory: scenarios[0].guest ? 2048 : 1024 },
    });
    for (const { scenario, lines, disturbed } of runsOf(output, scenarios)) {
      if (!left.has(scenario)) continue;
      if (print) {
        const mark = disturbed ? ` (${disturbed})` : '';
        process.stdout.write(`${scenario.name} ${kernel}${mark}\n  ${lines.join('\n  ')}\n`);
      }
      const order = lines.map(orderOf).join('\n');
      const points = seen.get(scenario.name) ?? new Map<string, number>();
      seen.set(scenario.name, points);
      points.set(order, (points.get(order) ?? 0) + (disturbed ? 1 : CLEAN));
      if ((points.get(order) ?? 0) > CLEAN && lines.length > 0) {
        const version = versionOf(output[0]);
        writeRecording(scenario.name, { kernel, version, cmdline, guest: machine.guest, lines });
        left.delete(scenario);
      }
    }
    process.stderr.write(
      `${kernel}: boot ${i + 1}, ${scenarios.length - left.size} of ${scenarios.length} recorded\n`,
    );
  }
  for (const one of left) {
    process.stderr.write(`${kernel}: no two runs of ${one.name} agree:\n`);
    for (const order of seen.get(one.name)?.keys() ?? []) {
      process.stderr.write(`  ${order.replaceAll('\n', '\n  ')}\n\n`);
    }
    process.exitCode = 1;
  }
}

interface Run {
  readonly scenario: Scenario;
  readonly lines: readonly string[];
  /** Empty, or which thread needed far more time than it computed: the emulator was paused. */
  readonly disturbed: string;
}

/** Time beyond what a thread computes that is still taken for the cost of emulation. */
const SLACK = { factor: 1.6, ns: 12_000_000 };

function disturbance({ threads }: Scenario, segments: readonly Segment[]): string {
  for (const { name, program, every } of threads) {
    const steps = program.map(parseProgramStep);
    const plain = steps.every((step) => 'kind' in step && PLAIN.includes(step.kind));
    if (every !== undefined || !plain) continue;
    const neededNs = steps.reduce(
      (sum, step) => sum + ('ns' in step && step.kind === 'run' ? step.ns : 0),
      0,
    );
    const hadNs = segments
      .filter(({ thread }) => thread === name)
      .reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
    if (hadNs > neededNs * SLACK.factor + SLACK.ns) {
      return `disturbed: ${name} had ${Math.round(hadNs / 1e6)} ms for ${neededNs / 1e6}`;
    }
  }
  return '';
}

/** Steps after which the time that a thread had is the time that it computed. */
const PLAIN = ['run', 'sleep', 'sleepUntil', 'yield', 'policy', 'wake', 'wait', 'unlock'];

function runsOf(output: readonly string[], scenarios: readonly Scenario[]): Run[] {
  const runs: Run[] = [];
  let begin = -1;
  output.forEach((line, i) => {
    if (/^(error|missing) /.test(line)) process.stderr.write(`the interpreter says: ${line}\n`);
    if (line.startsWith('begin ')) begin = i;
    if (!line.startsWith('end ') || begin < 0) return;
    const scenario = scenarios.find(({ name }) => name === line.slice(4));
    if (!scenario) return;
    const both = output.slice(begin, i);
    const border = both.indexOf('guest');
    const trace = border < 0 ? both : both.slice(0, border);
    const inside = border < 0 ? [] : both.slice(border);
    const t0 = startNs(trace);
    const guestT0 = startNs(inside);
    if (t0 === undefined || (scenario.guest && guestT0 === undefined)) return;
    const untilNs = Number(parseDuration(scenario.until));
    const segments = [
      ...segmentsOf(trace, scenario, t0, untilNs),
      ...guestSegmentsOf(inside, scenario, guestT0 ?? 0, untilNs),
    ];
    const exits = scenario.guest?.exits
      ? exitLines(exitEventsOf(trace, scenario, t0), BEGIN_NS)
      : [];
    const timers = scenario.ticks ? timerLines(timerEventsOf(trace, t0), scenario) : [];
    const turns = scenario.turns === false ? [] : reduce(segments).map(formatSegment);
    const lines = [...turns, ...exits, ...timers];
    runs.push({ scenario, lines, disturbed: disturbance(scenario, segments) });
  });
  return runs;
}

/** When the scenario began, by the clock of its trace. */
function startNs(trace: readonly string[]): number | undefined {
  const line = trace.find((one) => one.startsWith('t0 '));
  return line === undefined ? undefined : Number(line.slice(3));
}

function readArguments(args: readonly string[]): {
  names: string[];
  kernels: KernelName[];
  print: boolean;
  missing: boolean;
} {
  const names: string[] = [];
  const kernels: KernelName[] = [];
  let print = false;
  let missing = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--print') print = true;
    else if (args[i] === '--missing') missing = true;
    else if (args[i] === '--kernel') {
      const known = KERNELS.find((one) => one === args[i + 1]);
      if (!known) throw new Error(`--kernel takes one of ${KERNELS.join(', ')}`);
      kernels.push(known);
      i++;
    } else if (args[i].startsWith('-')) throw new Error(`unknown option ${args[i]}`);
    else names.push(args[i]);
  }
  return { names, kernels: kernels.length > 0 ? kernels : [...KERNELS], print, missing };
}
