/**
 * The loop of a thread that serves work and may have activations of its own: QEMU's main loop sleeps in
 * ppoll until a file descriptor is ready or its own timer is due (util/main-loop.c).
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import { sleep } from '../kernel/schedule.js';
import { takeWork } from '../kernel/worker.js';
import type { Section } from '../plan/normalized.js';
import { advanceRelease, sleepSteps, wakeSteps } from './activation.js';
import type { TaskLayout } from './layout.js';
import { type SectionContext, sectionSteps } from './sections.js';
import type { System } from './system.js';
import { costsOf, type TaskBuild } from './taskBuild.js';

export interface OwnLoad {
  readonly run: Duration;
  readonly sections: readonly Section[];
  readonly context: SectionContext;
}

/** Events first, in their order; then the thread's own activation if it is due; else it sleeps. */
const choose: Action<System> = (m, frame, pc, lane) => {
  const task = frame - m.taskFrames;
  const program = takeWork(m, task);
  if (program >= 0) return program;
  const own = m.argument(pc);
  if (own < 0) return sleep(m, task, pc, lane);
  return m.releaseNs[task] <= m.nowNs ? own : pc + 1;
};

/** What happened while the timer was armed is served before sleeping. */
const blockUnlessReady: Action<System> = (m, frame, pc, lane) => {
  const task = frame - m.taskFrames;
  const select = m.argument(pc);
  if (m.timers.queue[m.task.timer[task]] < 0) return select;
  for (let work = 0; work < m.work.task.length; work++) {
    if (m.work.task[work] === task && m.work.queued[work] > 0) return select;
  }
  return sleep(m, task, select, lane);
};

const ownDone: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  m.completions[task]++;
  advanceRelease(m, task);
  return m.argument(pc);
};

/** Builds the loop; returns the step at which the thread chooses what to do. */
export function workerLoop(
  b: TaskBuild,
  task: TaskLayout,
  who: string,
  accepts: number,
  own?: OwnLoad,
): number {
  const { builder } = b;
  const select = builder.here;
  const costs = costsOf(b, task);
  const loop = (argument: number): StepSpec<System> => ({
    name: 'choose work',
    duration: 'zero',
    cause: who,
    accepts,
    action: choose,
    argument,
  });
  if (!own) return builder.program(task.path, 'loop', [loop(-1)]);
  const asleep = sleepSteps(costs, who, accepts, select).map((step) =>
    step.name === 'block' ? { ...step, action: blockUnlessReady } : step,
  );
  builder.program(task.path, 'loop', [
    loop(select + 1 + asleep.length),
    ...asleep,
    ...wakeSteps(costs, who, accepts),
    { name: 'run', duration: own.run, cause: who, accepts: ACCEPT_ALL },
    ...sectionSteps(own.sections, own.context),
    {
      name: 'activation done',
      duration: 'zero',
      cause: who,
      accepts: ACCEPT_ALL,
      action: ownDone,
      argument: select,
    },
  ]);
  return select;
}
