/** The threads of a part: class, priority, CPUs, timers, and their programs. */
import type { StepTableBuilder } from '../engine/stepTable.js';
import { USAGE_OTHER, USAGE_POLLING, USAGE_REALTIME } from '../kernel/cpu.js';
import { TIMER_MEASURE, TIMER_WAKE } from '../kernel/hrtimerQueue.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_IDLE, CLASS_RT } from '../kernel/task.js';
import { RR_SLICE_NS } from '../kernel/tick.js';
import { buildVcpuPrograms } from '../kvm/programs.js';
import { VCPU_PROGRAMS, VCPU_RUN } from '../kvm/vcpuColumns.js';
import type { Arrival, NormalizedPlan, Scheduling, WorkloadPlan } from '../plan/normalized.js';
import { causePrefix, durationOf, kernelCosts } from './buildCpus.js';
import { cpuPath, lockName, type PartLayout, type TaskLayout } from './layout.js';
import type { Measurement } from './measurements.js';
import { type SectionContext, sectionSteps } from './sections.js';
import type { System } from './system.js';
import { busyProgram, irqThreadProgram, loadThreadProgram } from './threads.js';
import { cyclictestProgram, hwlatProgram, periodicProgram, timerlatProgram } from './workloads.js';

/** Everything that building threads needs. */
export interface TaskBuild {
  readonly m: System;
  readonly builder: StepTableBuilder<System>;
  readonly plan: NormalizedPlan;
  readonly part: PartLayout;
  readonly usage: Map<string, number>;
  readonly measurements: readonly Measurement[];
  /** Next free hrtimer. */
  timer: number;
}

export function buildTasks(b: TaskBuild): void {
  b.part.tasks.forEach((task, index) => {
    placeTask(b.m, index, task);
    switch (task.role.kind) {
      case 'idle':
        b.m.cpu.idleTask[task.role.cpu] = index;
        setFrame(b.m, index, b.m.idleProgram[task.role.cpu]);
        b.m.frameDynamicNs[b.m.taskFrames + index] = Number.POSITIVE_INFINITY;
        b.m.task.class[index] = CLASS_IDLE;
        b.m.task.runnable[index] = 1;
        break;
      case 'ksoftirqd':
      case 'ktimers':
        softirqThread(b, index, task, task.role.cpu, task.role.kind);
        break;
      case 'irq':
        irqThread(b, index, task);
        break;
      case 'thread':
        loadThread(b, index, task);
        break;
      case 'vcpu':
        vcpuThread(b, index, task);
        break;
      case 'workload':
        workloadThread(b, index, task);
        break;
    }
  });
}

function placeTask(m: System, index: number, task: TaskLayout): void {
  const start = m.task.allowed.length;
  m.task.allowed = Int32Array.from([...m.task.allowed, ...task.cpus]);
  m.task.allowedStart[index] = start;
  m.task.allowedEnd[index] = start + task.cpus.length;
  m.task.cpu[index] = task.cpus[0];
  m.frameCpu[m.taskFrames + index] = task.cpus[0];
  m.task.class[index] = CLASS_FAIR;
  m.task.ownClass[index] = CLASS_FAIR;
}

function setFrame(m: System, index: number, pc: number): void {
  m.framePc[m.taskFrames + index] = pc;
}

function setScheduling(m: System, index: number, scheduling: Scheduling): void {
  const { task } = m;
  const realtime = scheduling.policy === 'fifo' || scheduling.policy === 'rr';
  const schedClass =
    scheduling.policy === 'deadline' ? CLASS_DEADLINE : realtime ? CLASS_RT : CLASS_FAIR;
  task.class[index] = schedClass;
  task.ownClass[index] = schedClass;
  task.priority[index] = realtime ? scheduling.priority : 0;
  task.ownPriority[index] = task.priority[index];
  task.roundRobin[index] = scheduling.policy === 'rr' ? 1 : 0;
  task.sliceNs[index] = RR_SLICE_NS;
  task.runtimeNs[index] = scheduling.runtimeNs;
  task.relativeDeadlineNs[index] = scheduling.deadlineNs;
  task.periodNs[index] = scheduling.periodNs;
}

function softirqThread(
  b: TaskBuild,
  index: number,
  task: TaskLayout,
  cpu: number,
  kind: 'ksoftirqd' | 'ktimers',
): void {
  const { m } = b;
  const { plan, cpuIndex } = task.kernel;
  const position = [...cpuIndex].findIndex(([, i]) => i === cpu);
  const number = [...cpuIndex][position][0];
  setScheduling(m, index, plan[kind][plan.cpus.indexOf(number)]);
  if (kind === 'ksoftirqd') {
    m.softirq.ksoftirqd[cpu] = index;
    setFrame(m, index, m.softirq.ksoftirqdProgram[cpu]);
  } else {
    m.softirq.ktimers[cpu] = index;
    setFrame(m, index, m.softirq.ktimersProgram[cpu]);
  }
}

function irqThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'irq' || !task.role.plan.thread) return;
  const { m } = b;
  const { plan, device } = task.role;
  setScheduling(m, index, task.role.plan.thread.scheduling);
  const cause = `${causePrefix(task.kernel)}irq thread ${plan.name}`;
  b.usage.set(cause, USAGE_OTHER);
  const steps = irqThreadProgram(
    device,
    task.role.plan.thread.run,
    plan.softirq,
    cause,
    m.traits[task.kernel.index].preemptible,
  );
  setFrame(m, index, b.builder.program(task.path, 'handler', steps));
  m.devices.task[device] = index;
  m.devices.threadLength[device] = steps.length;
}

function contextOf(b: TaskBuild, task: TaskLayout, who: string): SectionContext {
  const traits = b.m.traits[task.kernel.index];
  return {
    who,
    rt: traits.rt,
    preemptible: traits.preemptible,
    lockOf: (section, position) =>
      b.part.locks.get(lockName(task.kernel, section, position)) as number,
  };
}

function costsOf(b: TaskBuild, task: TaskLayout): ReturnType<typeof kernelCosts> {
  const { platform } = b.plan;
  return kernelCosts(
    task.kernel.guest ? platform.guest : platform.host,
    b.m.cpu.nohzFull[task.cpus[0]] === 1,
  );
}

function loadThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'thread') return;
  const { m } = b;
  const { plan } = task.role;
  setScheduling(m, index, plan.scheduling);
  const who = `${causePrefix(task.kernel)}thread ${plan.name}`;
  const realtime = m.task.class[index] <= CLASS_RT;
  b.usage.set(who, !plan.arrival ? USAGE_POLLING : realtime ? USAGE_REALTIME : USAGE_OTHER);
  if (!plan.arrival) {
    setFrame(m, index, b.builder.program(task.path, 'busy', busyProgram(who)));
    m.frameDynamicNs[m.taskFrames + index] = Number.POSITIVE_INFINITY;
    m.task.runnable[index] = 1;
    return;
  }
  const context = contextOf(b, task, who);
  const start = b.builder.here;
  const steps = loadThreadProgram(
    start,
    durationOf(plan.run),
    sectionSteps(plan.sections, context),
    costsOf(b, task),
    context,
  );
  b.builder.program(task.path, 'activation', steps);
  setFrame(m, index, start);
  setArrival(b, index, task, plan.arrival);
}

/** First release: stated, or drawn from one median distance by the source's own stream. */
function setArrival(b: TaskBuild, index: number, task: TaskLayout, arrival: Arrival): void {
  const { m } = b;
  m.everyLaw[index] = m.laws.add(arrival.every);
  m.everyStream[index] = m.streams.stream(`${task.path}/every`);
  m.releaseNs[index] = arrival.startNs ?? drawStart(m, task.path, arrival.every);
  addTimer(b, index, task, TIMER_WAKE);
}

export function drawStart(
  m: System,
  path: string,
  every: { minNs: number; maxNs: number; quantiles: ReadonlyArray<{ p: number; ns: number }> },
): number {
  const median = every.quantiles.find(({ p }) => p >= 0.5)?.ns ?? every.maxNs;
  const u = m.streams.draw(m.streams.stream(`${path}/start`));
  return Math.floor((u / 4_294_967_296) * median);
}

/** Gives a thread its sleep timer, queued for its first release. */
function addTimer(b: TaskBuild, index: number, task: TaskLayout, kind: number): void {
  const { m } = b;
  const timer = b.timer++;
  m.task.timer[index] = timer;
  m.timers.kind[timer] = kind;
  m.timers.subject[timer] = index;
  const hard = m.task.class[index] <= CLASS_RT || !m.traits[task.kernel.index].rt;
  m.timers.soft[timer] = hard ? 0 : 1;
  m.timers.add(timer, 2 * task.cpus[0] + m.timers.soft[timer], m.releaseNs[index]);
}

function vcpuThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'vcpu') return;
  const { m, plan } = b;
  const { guest, id, cpu } = task.role;
  setScheduling(m, index, guest.vcpus[id].scheduling);
  const { kvm, host } = plan.platform;
  const full = m.cpu.nohzFull[task.cpus[0]] === 1;
  const cost = (name: keyof typeof kvm): ReturnType<typeof durationOf> => durationOf(kvm[name]);
  buildVcpuPrograms(
    m,
    b.builder,
    cpu,
    `host/vcpu/${guest.name}/${id}`,
    {
      exit: cost('exit'),
      exitMitigation: plan.kvm.exitMitigations ? cost('exitMitigation') : 'zero',
      entry: cost('entry'),
      entryPrepare: cost('entryPrepare'),
      handleExit: cost('handleExit'),
      fastpathMsr: cost('fastpathMsr'),
      fastpathPreemptionTimer: cost('fastpathPreemptionTimer'),
      l1dFlush: cost('l1dFlush'),
      vcpuLoad: cost('vcpuLoad'),
      vcpuKick: cost('vcpuKick'),
      inject: cost('inject'),
      wakeup: durationOf(host.wakeup),
      hrtimerArm: durationOf(host.hrtimerArm),
      clockeventProgram: durationOf(host.clockeventProgram),
      contextTracking: full ? durationOf(host.contextTracking) : 'zero',
    },
    m.traits[0].preemptible,
  );
  m.task.vcpu[index] = cpu;
  m.task.runnable[index] = 1;
  m.cpu.hostTask[cpu] = index;
  m.cpu.lane[cpu] = task.cpus[0];
  setFrame(m, index, m.vcpu.program[cpu * VCPU_PROGRAMS + VCPU_RUN]);
}

function workloadThread(b: TaskBuild, index: number, task: TaskLayout): void {
  if (task.role.kind !== 'workload') return;
  const { m } = b;
  const { plan } = task.role;
  setScheduling(m, index, plan.scheduling);
  const who = `${causePrefix(task.kernel)}${plan.kind} ${plan.id}`;
  const frame = m.taskFrames + index;
  const loops = plan.kind === 'oslat' || plan.kind === 'busy';
  b.usage.set(who, loops ? USAGE_POLLING : USAGE_REALTIME);
  if (loops) {
    setFrame(m, index, b.builder.program(task.path, 'loop', busyProgram(who)));
    m.frameDynamicNs[frame] = Number.POSITIVE_INFINITY;
    m.task.runnable[index] = 1;
    watch(b, index, frame, plan);
    return;
  }
  const start = b.builder.here;
  b.builder.program(task.path, plan.kind, workloadSteps(b, task, plan, who, start));
  setFrame(m, index, start);
  const every = {
    minNs: plan.intervalNs,
    maxNs: plan.intervalNs,
    quantiles: [],
    status: 'sourced',
    source: 'the plan',
  } as const;
  m.everyLaw[index] = m.laws.add(every);
  m.releaseNs[index] = plan.startNs ?? drawStart(m, task.path, every);
  addTimer(b, index, task, plan.kind === 'timerlat' ? TIMER_MEASURE : TIMER_WAKE);
  if (plan.kind === 'timerlat') m.timers.soft[m.task.timer[index]] = 0;
  if (plan.kind === 'hwlatdetect') watch(b, index, frame, plan);
  else openWindows(b, index, task.cpus[0]);
}

function workloadSteps(
  b: TaskBuild,
  task: TaskLayout,
  plan: WorkloadPlan,
  who: string,
  start: number,
): ReturnType<typeof periodicProgram> {
  const costs = costsOf(b, task);
  const context = contextOf(b, task, who);
  switch (plan.kind) {
    case 'periodic':
      return periodicProgram(
        start,
        durationOf(plan.run),
        sectionSteps(plan.sections, context),
        costs,
        who,
        context.preemptible,
      );
    case 'timerlat':
      return timerlatProgram(start, costs.clockRead, costs, who, context.preemptible);
    case 'hwlatdetect':
      return hwlatProgram(start, durationOf(plan.run), costs, who, context.preemptible);
    default:
      return cyclictestProgram(start, costs.clockRead, costs, who, context.preemptible);
  }
}

/** First windows of a timer-driven workload. */
function openWindows(b: TaskBuild, index: number, cpu: number): void {
  const { m } = b;
  const own = b.measurements.flatMap((one, window) => (one.task === index ? [window] : []));
  m.measure.taskWindow[index] = own[0];
  m.measure.taskWindows[index] = own.length;
  own.forEach((window) => {
    m.measure.cpu[window] = cpu;
  });
}

/** A busy loop's interruptions are measured by watching its frame. */
function watch(b: TaskBuild, index: number, frame: number, plan: WorkloadPlan): void {
  const { m } = b;
  const window = b.measurements.findIndex((one) => one.task === index);
  m.watched[frame] = 1;
  m.measure.frameWindow[frame] = window;
  m.measure.thresholdNs[window] = plan.kind === 'hwlatdetect' ? plan.thresholdNs : 0;
}

export { cpuPath };
