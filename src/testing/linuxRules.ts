/**
 * The rules of the Linux scheduler as a few lines each: oracles for the simulator, and examples for
 * rules of one's own. [S] kernel/sched/core.c, rt.c, deadline.c. Left out: order among fair threads.
 */
import type { CpuView, ThreadView } from './cpuView.js';
import type { PriorityRule } from './priorityRule.js';

const RANK = { stop: 0, deadline: 1, rt: 2, fair: 3, idle: 4 } as const;

/** True if Linux prefers `a` to `b` on that CPU, both being eligible. */
function beats(a: ThreadView, b: ThreadView, { fairServerActive }: CpuView): boolean {
  // The fair server runs fair threads at deadline level.
  if (fairServerActive && b.class === 'fair' && a.class === 'rt') return false;
  if (b.throttled) return true;
  if (a.class !== b.class) return RANK[a.class] < RANK[b.class];
  return a.class === 'rt' && a.priority > b.priority;
}

/** Work conservation and strict priority: no eligible thread waits for a weaker one, or for idle. */
export const strongestRuns: PriorityRule = {
  name: 'the strongest eligible thread runs',
  onSettled: (cpu) => {
    const waits = cpu.ready.find(
      (thread) =>
        thread.name !== cpu.running.name &&
        thread.class !== 'idle' &&
        !thread.throttled &&
        beats(thread, cpu.running, cpu),
    );
    return waits && `${waits.name} waits while the weaker ${cpu.running.name} runs`;
  },
};

/** SCHED_FIFO: a thread that can run keeps its CPU from all that are not stronger. */
export const fifoKeepsItsCpu: PriorityRule = {
  name: 'a FIFO thread is displaced by a stronger one only',
  onSwitch: ({ previous, running }) => {
    if (previous.class !== 'rt' || !previous.runnable || previous.throttled) return undefined;
    if (running.class !== 'rt' || running.priority > previous.priority) return undefined;
    // Round robin ends slices, and one that can move makes room for an equal that cannot.
    const equal = running.priority === previous.priority;
    if (equal && (previous.roundRobin || previous.movable)) return undefined;
    return `${running.name} (${running.priority}) displaced ${previous.name} (${previous.priority})`;
  },
};

/** Only what wants to run is switched to, and nothing that is throttled. */
export const onlyReadyThreadsRun: PriorityRule = {
  name: 'a CPU switches to threads that are ready',
  onSwitch: ({ running }) => {
    if (running.class === 'idle') return undefined;
    if (!running.runnable) return `${running.name} sleeps`;
    return running.throttled ? `${running.name} is throttled` : undefined;
  },
};

export const LINUX_RULES: readonly PriorityRule[] = [
  strongestRuns,
  fifoKeepsItsCpu,
  onlyReadyThreadsRun,
];
