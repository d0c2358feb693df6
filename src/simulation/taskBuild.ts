/** What building any thread of a part needs: its place, class, costs, sleep timer and first release. */
import type { StepTableBuilder } from '../engine/stepTable.js';
import { weightOfNice } from '../kernel/fairQueue.js';
import { TIMER_MEASURE, TIMER_WAKE } from '../kernel/hrtimerQueue.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from '../kernel/task.js';
import { rrSliceNs } from '../kernel/tick.js';
import type { Arrival, NormalizedPlan, Scheduling, Section } from '../plan/normalized.js';
import { kernelCosts } from './buildCpus.js';
import { firstArrival } from './firstArrival.js';
import { lockName, type PartLayout, type TaskLayout } from './layout.js';
import type { Measurement } from './measurements.js';
import type { SectionContext } from './sections.js';
import type { System } from './system.js';

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

export function placeTask(m: System, index: number, task: TaskLayout): void {
  const start = m.task.allowed.length;
  m.task.allowed = Int32Array.from([...m.task.allowed, ...task.cpus]);
  m.task.allowedStart[index] = start;
  m.task.allowedEnd[index] = start + task.cpus.length;
  m.task.cpu[index] = task.cpus[0];
  m.frameCpu[m.taskFrames + index] = task.cpus[0];
  m.task.class[index] = CLASS_FAIR;
  m.task.ownClass[index] = CLASS_FAIR;
}

export function setFrame(m: System, index: number, pc: number): void {
  m.framePc[m.taskFrames + index] = pc;
}

export function setScheduling(m: System, index: number, scheduling: Scheduling): void {
  const { task } = m;
  const realtime = scheduling.policy === 'fifo' || scheduling.policy === 'rr';
  const schedClass =
    scheduling.policy === 'deadline' ? CLASS_DEADLINE : realtime ? CLASS_RT : CLASS_FAIR;
  task.class[index] = schedClass;
  task.ownClass[index] = schedClass;
  task.priority[index] = realtime ? scheduling.priority : 0;
  task.ownPriority[index] = task.priority[index];
  task.weight[index] = weightOfNice(scheduling.nice ?? 0);
  task.roundRobin[index] = scheduling.policy === 'rr' ? 1 : 0;
  task.sliceNs[index] = rrSliceNs(m.traitsOf(task.cpu[index]).tickNs);
  task.runtimeNs[index] = scheduling.runtimeNs;
  task.relativeDeadlineNs[index] = scheduling.deadlineNs;
  task.periodNs[index] = scheduling.periodNs;
}

export function contextOf(b: TaskBuild, task: TaskLayout, who: string): SectionContext {
  const traits = b.m.traits[task.kernel.index];
  return {
    who,
    rt: traits.rt,
    preemptible: traits.preemptible,
    lazy: traits.lazy,
    adaptiveRtMutex: task.kernel.plan.flags.adaptiveRtMutex,
    costs: costsOf(b, task),
    lockOf: (section, position) =>
      b.part.locks.get(lockName(task.kernel, section, position)) as number,
    siteOf: (section, position) => addCallSite(b, task, section, position),
    sourceOf: (section, position) => b.m.costs.add(section.run, `${task.path}/section ${position}`),
  };
}

export function costsOf(b: TaskBuild, task: TaskLayout): ReturnType<typeof kernelCosts> {
  const { platform } = b.plan;
  return kernelCosts(
    task.kernel.guest ? platform.guest : platform.host,
    b.m.cpu.nohzFull[task.cpus[0]] === 1,
  );
}

/** First release: stated, or drawn from one median distance by the source's own stream. */
export function setArrival(b: TaskBuild, index: number, task: TaskLayout, arrival: Arrival): void {
  const { m } = b;
  m.everyCost[index] = m.costs.add(arrival.every, `${task.path}/every`);
  m.releaseNs[index] = firstArrival(m, task.path, arrival.every, arrival.startNs);
  addTimer(b, index, task, TIMER_WAKE);
}

/** Gives a thread its sleep timer, queued for its first release. */
export function addTimer(b: TaskBuild, index: number, task: TaskLayout, kind: number): void {
  const { m } = b;
  const timer = b.timer++;
  m.task.timer[index] = timer;
  m.timers.kind[timer] = kind;
  m.timers.subject[timer] = index;
  // timerlat's timer is a hard one (HRTIMER_MODE_ABS_PINNED_HARD), whatever its thread's policy.
  const hard =
    kind === TIMER_MEASURE || m.task.class[index] <= CLASS_RT || !m.traits[task.kernel.index].rt;
  m.timers.soft[timer] = hard ? 0 : 1;
  m.timers.add(timer, 2 * task.cpus[0] + m.timers.soft[timer], m.releaseNs[index]);
}

/** A section that calls a function on other CPUs: those of its Linux that lie in the part. */
function addCallSite(b: TaskBuild, task: TaskLayout, section: Section, position: number): number {
  const { calls, costs } = b.m;
  const { cpuIndex } = task.kernel;
  calls.targets.push((section.cpus ?? []).flatMap((cpu) => cpuIndex.get(cpu) ?? []));
  calls.preempted.push(section.kind === 'tlbFlush' && task.kernel.guest?.pvTlbFlush ? 0 : 1);
  return calls.work.push(costs.add(section.run, `${task.path}/call ${position}`)) - 1;
}
