/** The simulator's side: a scenario as a plan, its run as segments. */
import { parseDuration } from '../../src/base/units.js';
import type { TraceSink } from '../../src/engine/program.js';
import type { NormalizedPlan } from '../../src/plan/normalized.js';
import type { BuiltPart } from '../../src/simulation/build.js';
import type { TaskLayout } from '../../src/simulation/layout.js';
import { Simulation } from '../../src/simulation/simulation.js';
import { planFromYaml } from '../plan/builder.js';
import {
  CMDLINE,
  GUEST_CMDLINE,
  type KernelName,
  PLACEMENT,
  type Scenario,
  type ScenarioGuest,
  type ScenarioKernelThread,
} from './scenario.js';
import { formatSegment, reduce, type Segment, type Why } from './sequence.js';
import { type ExitWatcher, watchExits } from './simulatedExits.js';
import { type TimerWatcher, watchTimers } from './simulatedTimers.js';
import { timerLines } from './timers.js';

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
  return planFromYaml(JSON.stringify(planDocument(scenario, kernel)), { cost: COST });
}

/** The same as the data of a plan file. */
export function planDocument(scenario: Scenario, kernel: KernelName) {
  const isRt = kernel.endsWith('-rt');
  const { irq } = scenario;
  const irqThread = isRt ? { policy: irq?.policy ?? 'fifo:50', run: '50us' } : undefined;
  const sysctl = {
    'kernel.sched_rt_runtime_us': scenario.rtRuntimeUs ?? -1,
    'kernel.sched_rt_period_us': scenario.rtPeriodUs ?? 1_000_000,
    'kernel.timer_migration': scenario.timerMigration ?? 1,
  };
  const host = {
    topology: { sockets: 1, coresPerSocket: 4 },
    kernel: PRESETS[kernel],
    cmdline: scenario.cmdline ?? CMDLINE,
    sysctl,
    fairServerOff: scenario.fairServer ? undefined : '0-3',
    kernelThreads: kernelThreadsOf(scenario.kernelThreads, isRt),
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
  const { guest } = scenario;
  return {
    ...{ isochron: 1, name: scenario.name, platform: 'tiny' },
    host: { ...host, kvm: guest && kvmOf(guest) },
    guests: guest && [guestOf(guest, kernel)],
  };
}

function kernelThreadsOf(threads: readonly ScenarioKernelThread[] | undefined, isRt: boolean) {
  return threads
    ?.filter(({ name }) => name !== 'ktimers' || isRt)
    .map(({ name, cpu, policy }) => ({ name, cpus: String(cpu), policy }));
}

/** The emulated machine has SVM: neither posted interrupts nor a preemption timer. */
function kvmOf({ haltPollNs = 0, haltPollStartNs, kvm }: ScenarioGuest): object {
  const common = {
    enable_apicv: 'N',
    preemption_timer: 'N',
    vmentry_l1d_flush: 'never',
    ple_gap: 0,
  };
  return { ...common, halt_poll_ns: haltPollNs, halt_poll_ns_grow_start: haltPollStartNs, ...kvm };
}

function guestOf(guest: ScenarioGuest, kernel: KernelName): object {
  const { vcpus, emulator, placement = PLACEMENT, threads, kernelThreads, cmdline } = guest;
  return {
    name: 'guest',
    vcpus: placement.map((pcpu, id) => ({
      id,
      cpus: String(pcpu),
      policy: (id === 1 || id === 2 ? vcpus[id] : undefined) ?? 'other',
    })),
    emulator: emulatorOf(emulator),
    kernel: PRESETS[kernel],
    cmdline: cmdline ?? GUEST_CMDLINE,
    sysctl: {
      'kernel.sched_rt_runtime_us': -1,
      'kernel.timer_migration': guest.timerMigration ?? 0,
    },
    fairServerOff: '0-2',
    kernelThreads: kernelThreadsOf(kernelThreads, kernel.endsWith('-rt')),
    threads,
  };
}

function emulatorOf(emulator: ScenarioGuest['emulator']): object {
  const { cpu = 0, policy = 'other', command } = emulator ?? {};
  const work = command && {
    start: command.start,
    every: '1h',
    sections: [{ kind: 'mutex', lock: 'bql', run: command.run }],
  };
  return { cpus: String(cpu), policy, ...work };
}

/** Lines of the scenario's sequence as the simulator has it. */
export function simulatedLines(scenario: Scenario, kernel: KernelName): string[] {
  const untilNs = Number(parseDuration(scenario.until));
  const simulation = new Simulation(planOf(scenario, kernel), { seed: '1', untilNs, whole: true });
  const watchers = simulation.parts.map((part) => new Watcher(part, scenario));
  while (!simulation.advance(1_000_000));
  const order = reduce(watchers.flatMap((one) => one.finish(untilNs))).map(formatSegment);
  const exits = watchers.flatMap((one) => one.exits?.lines() ?? []);
  const timers = watchers.flatMap((one) => one.timers?.events ?? []);
  timers.sort((a, b) => a.atNs - b.atNs || a.cpu - b.cpu);
  return [
    ...(scenario.turns === false ? [] : order),
    ...exits,
    ...(scenario.ticks ? timerLines(timers, scenario) : []),
  ];
}

/** A CPU whose current thread is watched: a pCPU, or a vCPU of the guest. */
interface WatchedCpu {
  /** CPU index of the part. */
  readonly index: number;
  readonly cpu: number;
  readonly guest: boolean;
  task: number;
  fromNs: number;
  fromStep: number;
}

/** Sees who is current on each CPU, step by step. */
class Watcher implements TraceSink {
  private readonly segments: Segment[] = [];
  private readonly names: readonly string[];
  private readonly steps: readonly number[];
  private readonly progress: number[];
  private readonly watched: readonly WatchedCpu[];
  readonly exits?: ExitWatcher;
  readonly timers?: TimerWatcher;

  constructor(
    private readonly part: BuiltPart,
    scenario: Scenario,
  ) {
    const { m, layout } = part;
    this.names = layout.tasks.map((task) => nameOf(task, scenario));
    this.steps = layout.tasks.map(stepsOf);
    this.progress = layout.tasks.map(() => 0);
    this.watched = layout.kernels.flatMap(({ guest, cpuIndex }) =>
      [...cpuIndex].map(([cpu, index]) => {
        const task = m.cpu.idleTask[index];
        return { index, cpu, guest: guest !== undefined, task, fromNs: 0, fromStep: 0 };
      }),
    );
    if (scenario.guest?.exits) this.exits = watchExits(part);
    if (scenario.ticks) this.timers = watchTimers(part);
    m.trace = this;
  }

  step(kind: string, atNs: number, _lane: number, frame: number, pc: number): void {
    const { m } = this.part;
    const task = frame - m.taskFrames;
    // A thread that was switched in shows itself with its first step, which is not behind it yet.
    for (const one of this.watched) this.look(one, atNs);
    this.exits?.step(kind, atNs, frame, pc);
    this.timers?.step(kind, atNs, frame, pc);
    if (kind === 'begin' && task >= 0 && this.steps[task] > 0) {
      const step = /^([0-9]+):/.exec(m.program.names[pc])?.[1];
      const ended = m.program.names[pc].endsWith(': end');
      if (step !== undefined)
        this.progress[task] = Math.min(Number(step) + (ended ? 1 : 0), this.steps[task]);
      else this.progress[task] = 0;
    }
  }

  /** A CPU's current thread changes at the end of a switch. */
  private look(one: WatchedCpu, atNs: number): void {
    const now = this.part.m.cpu.current[one.index];
    if (now === one.task) return;
    this.close(one, atNs);
    one.task = now;
    one.fromNs = atNs;
    one.fromStep = this.progress[now];
  }

  private close({ cpu, guest, task, fromNs, fromStep }: WatchedCpu, atNs: number, last = false) {
    const steps = this.steps[task];
    const why: Why = last
      ? 'runs'
      : this.part.m.task.runnable[task] === 1
        ? 'preempted'
        : steps > 0 && this.progress[task] >= steps
          ? 'done'
          : 'sleeps';
    this.segments.push({
      cpu,
      guest,
      thread: this.names[task],
      fromNs,
      toNs: atNs,
      fromStep: steps > 0 ? fromStep : -1,
      toStep: steps > 0 ? this.progress[task] : -1,
      why,
    });
  }

  finish(atNs: number): readonly Segment[] {
    for (const one of this.watched) this.close(one, atNs, true);
    return this.segments;
  }
}

function stepsOf({ role }: TaskLayout): number {
  return role.kind === 'thread' ? (role.plan.program?.length ?? 0) : 0;
}

function nameOf({ role }: TaskLayout, { watch, guest }: Scenario): string {
  if (role.kind === 'idle') return 'idle';
  if (role.kind === 'thread') {
    return role.plan.name === 'qemu/guest' ? (guest?.emulator ? 'emulator' : '') : role.plan.name;
  }
  if (role.kind === 'vcpu') {
    return (role.id === 1 || role.id === 2) && guest?.vcpus[role.id] ? `vcpu${role.id}` : '';
  }
  return watch?.includes(role.kind) ? role.kind : '';
}
