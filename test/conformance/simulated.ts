/** The simulator's side: a scenario as a plan, its run as segments. */
import { parseDuration } from '../../src/base/units.js';
import type { TraceSink } from '../../src/engine/program.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import type { BuiltPart } from '../../src/simulation/build.js';
import type { TaskLayout } from '../../src/simulation/layout.js';
import { Simulation } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';
import { CMDLINE, type KernelName, type Scenario } from './scenario.js';
import { formatSegment, reduce, type Segment, type Why } from './sequence.js';

/** Every primitive costs this much: next to nothing, but nothing happens at one instant. */
const COST = '200ns';

const PRESETS: Readonly<Record<KernelName, object>> = {
  '6.1-rt': { preset: '6.1-rt', hz: 250 },
  '6.12-rt': { preset: '6.12-rt-debian', hz: 250 },
  '6.1': { preset: '6.1-rt', preemption: 'voluntary', hz: 250 },
  '6.12': { preset: '6.12', preemption: 'full', hz: 250 },
};

/** The plan that simulates a scenario on a kernel. */
export function planOf(scenario: Scenario, kernel: KernelName): NormalizedPlan {
  const isRt = kernel.endsWith('-rt');
  const { irq } = scenario;
  const irqThread = isRt ? { policy: irq?.policy ?? 'fifo:50', run: '50us' } : undefined;
  const sysctl = {
    'kernel.sched_rt_runtime_us': scenario.rtRuntimeUs ?? -1,
    'kernel.timer_migration': scenario.timerMigration ?? 1,
  };
  const host = {
    topology: { sockets: 1, coresPerSocket: 4 },
    kernel: PRESETS[kernel],
    cmdline: scenario.cmdline ?? CMDLINE,
    sysctl,
    fairServerOff: scenario.fairServer ? undefined : '0-3',
    kernelThreads: scenario.kernelThreads
      ?.filter(({ name }) => name !== 'ktimers' || isRt)
      .map(({ name, cpu, policy }) => ({ name, cpus: String(cpu), policy })),
    threads: scenario.threads,
    irqs: irq && [
      {
        name: 'uart',
        cpus: String(irq.cpu),
        start: irq.start,
        every: '1h',
        cost: '20us',
        ...(irqThread ? { thread: irqThread } : {}),
      },
    ],
  };
  const plan = { isochron: 1, name: scenario.name, platform: 'tiny', host };
  return planFromYaml(JSON.stringify(plan), { cost: COST });
}

/** Lines of the scenario's sequence as the simulator has it. */
export function simulatedLines(scenario: Scenario, kernel: KernelName): string[] {
  const untilNs = Number(parseDuration(scenario.until));
  const simulation = new Simulation(planOf(scenario, kernel), { seed: '1', untilNs, whole: true });
  const watchers = simulation.parts.map((part) => new Watcher(part, scenario));
  while (!simulation.advance(1_000_000));
  return reduce(watchers.flatMap((one) => one.finish(untilNs))).map(formatSegment);
}

/** Sees who is current on each CPU, step by step. */
class Watcher implements TraceSink {
  private readonly segments: Segment[] = [];
  private readonly names: readonly string[];
  private readonly steps: readonly number[];
  private readonly progress: number[];
  private readonly running: Array<{ task: number; fromNs: number; fromStep: number }> = [];

  constructor(
    private readonly part: BuiltPart,
    scenario: Scenario,
  ) {
    const { m, layout } = part;
    this.names = layout.tasks.map((task) => nameOf(task, scenario.watch ?? []));
    this.steps = layout.tasks.map(stepsOf);
    this.progress = layout.tasks.map(() => 0);
    layout.pcpus.forEach((_, lane) => {
      this.running.push({ task: m.cpu.idleTask[lane], fromNs: 0, fromStep: 0 });
    });
    m.trace = this;
  }

  step(kind: string, atNs: number, lane: number, frame: number, pc: number): void {
    const { m } = this.part;
    const task = frame - m.taskFrames;
    // A thread that was switched in shows itself with its first step, which is not behind it yet.
    this.look(lane, atNs);
    if (kind === 'begin' && task >= 0 && this.steps[task] > 0) {
      const step = /^([0-9]+):/.exec(m.program.names[pc])?.[1];
      const ended = m.program.names[pc].endsWith(': end');
      if (step !== undefined)
        this.progress[task] = Math.min(Number(step) + (ended ? 1 : 0), this.steps[task]);
      else this.progress[task] = 0;
    }
  }

  /** A CPU's current thread changes at the end of a switch. */
  private look(lane: number, atNs: number): void {
    const { m } = this.part;
    const now = m.cpu.current[lane];
    const { task } = this.running[lane];
    if (now === task) return;
    this.close(lane, atNs);
    this.running[lane] = { task: now, fromNs: atNs, fromStep: this.progress[now] };
  }

  private close(lane: number, atNs: number, last = false): void {
    const { m, layout } = this.part;
    const { task, fromNs, fromStep } = this.running[lane];
    const steps = this.steps[task];
    const why: Why = last
      ? 'runs'
      : m.task.runnable[task] === 1
        ? 'preempted'
        : steps > 0 && this.progress[task] >= steps
          ? 'done'
          : 'sleeps';
    this.segments.push({
      cpu: layout.pcpus[lane],
      thread: this.names[task],
      fromNs,
      toNs: atNs,
      fromStep: steps > 0 ? fromStep : -1,
      toStep: steps > 0 ? this.progress[task] : -1,
      why,
    });
  }

  finish(atNs: number): readonly Segment[] {
    this.running.forEach((_, lane) => {
      this.close(lane, atNs, true);
    });
    return this.segments;
  }
}

function stepsOf({ role }: TaskLayout): number {
  return role.kind === 'thread' ? (role.plan.program?.length ?? 0) : 0;
}

function nameOf({ role }: TaskLayout, watch: readonly string[]): string {
  if (role.kind === 'idle') return 'idle';
  if (role.kind === 'thread') return role.plan.name;
  return watch.includes(role.kind) ? role.kind : '';
}
