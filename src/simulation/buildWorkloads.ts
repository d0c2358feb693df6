/** Threads that are measured: their programs, timers and windows. */
import type { StepSpec } from '../engine/stepTable.js';
import { USAGE_POLLING, USAGE_REALTIME } from '../kernel/cpu.js';
import { TIMER_MEASURE, TIMER_WAKE } from '../kernel/hrtimerQueue.js';
import type { WorkloadPlan } from '../plan/normalized.js';
import { causePrefix, durationOf } from './buildCpus.js';
import { packetThread } from './buildPacketWorkloads.js';
import { waitingThread } from './buildWorkers.js';
import { firstArrival } from './firstArrival.js';
import type { TaskLayout } from './layout.js';
import { sectionSteps } from './sections.js';
import type { System } from './system.js';
import {
  addTimer,
  contextOf,
  costsOf,
  setFrame,
  setScheduling,
  type TaskBuild,
} from './taskBuild.js';
import { busyProgram } from './threads.js';
import { cyclictestProgram, hwlatProgram, periodicProgram, timerlatProgram } from './workloads.js';

export function workloadThread(b: TaskBuild, index: number, task: TaskLayout): void {
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
  if (plan.kind === 'interrupt') {
    waitingThread(b, index, task, plan, who);
    return;
  }
  if (plan.interface !== undefined) {
    packetThread(b, index, task, plan, who);
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
  m.everyCost[index] = m.costs.add(every, `${task.path}/every`);
  m.releaseNs[index] = firstArrival(m, task.path, every, plan.startNs);
  addTimer(b, index, task, plan.kind === 'timerlat' ? TIMER_MEASURE : TIMER_WAKE);
  if (plan.kind === 'hwlatdetect') watch(b, index, frame, plan);
  else openWindows(b, index, task.cpus[0]);
}

function workloadSteps(
  b: TaskBuild,
  task: TaskLayout,
  plan: WorkloadPlan,
  who: string,
  start: number,
): Array<StepSpec<System>> {
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
