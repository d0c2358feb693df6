/** The timers that expire in the simulator: sleeps of threads, and ticks. */
import type { BuiltPart } from '../../src/simulation/build.js';
import type { TimerEvent } from './timers.js';

export interface TimerWatcher {
  step(kind: string, atNs: number, frame: number, pc: number): void;
  readonly events: readonly TimerEvent[];
}

/** Watches the host's CPUs and its threads with programs. */
export function watchTimers({ m, layout }: BuiltPart): TimerWatcher {
  const events: TimerEvent[] = [];
  const [host] = layout.kernels;
  const numbers = new Map([...host.cpuIndex].map(([cpu, index]) => [index, cpu]));
  const sleepers = layout.tasks.flatMap(({ kernel, role }, task) =>
    kernel === host && role.kind === 'thread'
      ? [{ task, name: role.plan.name, armed: false, asleep: false }]
      : [],
  );
  return {
    events,
    step(kind, atNs, frame, pc) {
      for (const one of sleepers) {
        const armed = m.timers.queue[m.task.timer[one.task]] >= 0;
        const asleep = m.task.runnable[one.task] === 0;
        // It woke, and its timer is no longer armed: that is what woke it.
        if (one.armed && !armed && one.asleep && !asleep) {
          events.push({ atNs, cpu: numbers.get(m.wakerCpu) ?? -1, what: one.name });
        }
        // The timer expires a moment before its callback wakes the thread.
        if (armed || !asleep) one.armed = armed;
        one.asleep = asleep;
      }
      const cpu = m.frameCpu[frame];
      if (kind === 'begin' && pc === m.tick.program[cpu] && numbers.has(cpu)) {
        events.push({ atNs, cpu: numbers.get(cpu) ?? -1, what: 'tick' });
      }
    },
  };
}
