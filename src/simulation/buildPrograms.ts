/** Threads that follow a program: their steps, and the numbers of what the steps refer to. */

import { TIMER_WAKE } from '../kernel/hrtimerQueue.js';
import type { NewScheduling } from '../kernel/setScheduler.js';
import { CLASS_DEADLINE, CLASS_FAIR, CLASS_RT } from '../kernel/task.js';
import type { Scheduling, ThreadPlan } from '../plan/normalized.js';
import type { TaskLayout } from './layout.js';
import { programLock } from './layout.js';
import type { ProgramReferences } from './programSteps.js';
import { addTimer, contextOf, costsOf, setArrival, setFrame, type TaskBuild } from './taskBuild.js';
import { programSteps } from './threadProgram.js';

/** Builds the program of a thread that has one. */
export function programThread(
  b: TaskBuild,
  index: number,
  task: TaskLayout,
  plan: ThreadPlan,
  who: string,
): void {
  const { m } = b;
  const start = b.builder.here;
  const steps = programSteps(m, plan.program ?? [], {
    start,
    cause: who,
    costs: costsOf(b, task),
    section: contextOf(b, task, who),
    refer: references(b, task),
    repeats: plan.arrival !== undefined,
  });
  b.builder.program(task.path, 'program', steps);
  m.frameDynamicNs[m.taskFrames + index] = Number.POSITIVE_INFINITY;
  setFrame(m, index, start);
  if (plan.arrival) {
    setArrival(b, index, task, plan.arrival);
    return;
  }
  m.releaseNs[index] = plan.programStartNs ?? 0;
  addTimer(b, index, task, TIMER_WAKE);
}

function references(b: TaskBuild, task: TaskLayout): ProgramReferences {
  const { m, part } = b;
  const taskOf = (name: string): number =>
    part.tasks.findIndex(
      ({ kernel, role }) =>
        kernel === task.kernel && role.kind === 'thread' && role.plan.name === name,
    );
  return {
    task: taskOf,
    lock: (name) => part.locks.get(programLock(task.kernel, name)) as number,
    change: ({ of, scheduling }) =>
      m.programs.changes.push({
        task: of === undefined ? -1 : taskOf(of),
        to: newScheduling(scheduling),
      }) - 1,
    affinity: ({ of, cpus }) => {
      const start = m.task.allowed.length;
      const indexes = cpus.flatMap((cpu) => task.kernel.cpuIndex.get(cpu) ?? []);
      m.task.allowed = Int32Array.from([...m.task.allowed, ...indexes]);
      const to = { start, end: start + indexes.length };
      return m.programs.affinities.push({ task: of === undefined ? -1 : taskOf(of), to }) - 1;
    },
  };
}

function newScheduling(s: Scheduling): NewScheduling {
  const realtime = s.policy === 'fifo' || s.policy === 'rr';
  return {
    class: s.policy === 'deadline' ? CLASS_DEADLINE : realtime ? CLASS_RT : CLASS_FAIR,
    priority: s.priority,
    roundRobin: s.policy === 'rr' ? 1 : 0,
    runtimeNs: s.runtimeNs,
    deadlineNs: s.deadlineNs,
    periodNs: s.periodNs,
  };
}
