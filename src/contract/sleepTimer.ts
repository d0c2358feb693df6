/**
 * The hrtimer that wakes a sleeping thread: on which CPUs it interrupts, and what that takes.
 * Source: kernel/time/hrtimer.c get_target_base, hrtimer_interrupt. A nohz_full CPU may hand a timer
 * to a CPU that keeps house; a thread that does not run arms its timer no second time.
 */
import type { Contract, ThreadContract } from './contract.js';
import { NO_TIME, sum } from './figure.js';
import { exitWrites, type Instance, type LinuxFigures, timerInterrupt } from './instance.js';
import { sleepsSoftly } from './softirq.js';

/** True if timers that are armed on `cpu` may fire on another CPU. */
export function timersLeave({ kernel }: Instance, cpu: number): boolean {
  const keepers = kernel.cpus.length > kernel.nohzFull.length;
  return kernel.timerMigration && keepers && kernel.nohzFull.includes(cpu);
}

/** CPUs on which a timer armed on `cpu` may fire. */
export function timerPlaces(instance: Instance, cpu: number): number[] {
  if (!timersLeave(instance, cpu)) return [cpu];
  const full = new Set(instance.kernel.nohzFull);
  return [cpu, ...instance.kernel.cpus.filter((other) => !full.has(other))];
}

/** Interrupts on `cpu` that the sleep of `thread` brings about. */
export function sleepTimerContracts(
  instance: Instance,
  cpu: number,
  costs: LinuxFigures,
  thread: ThreadContract,
  pinnedTimer: boolean,
): Contract[] {
  if (thread.endless) return [];
  const soft = sleepsSoftly(instance, thread.policy);
  const writes = exitWrites(instance, cpu, costs);
  const remote = thread.cpus.some((home) => timersLeave(instance, home)) && !pinnedTimer;
  const scattered = thread.cpus.length > 1 || remote;
  const callback = scattered ? sum(costs.wakeup, costs.reschedIpi) : costs.wakeup;
  const hard = timerInterrupt(costs, callback);
  const largest = sum(hard, writes, soft ? costs.wakeup : NO_TIME);
  const common = { level: 'hardirq', blocking: NO_TIME, masked: NO_TIME } as const;
  const timer = {
    ...common,
    mechanism: 'sleep timer',
    subject: `timer of ${thread.subject}`,
    largest,
    arrivals: thread.arrivals,
    triggers: [thread.subject],
  };
  const result: Contract[] = [];
  const fromElsewhere = thread.cpus.some(
    (home) => home !== cpu && timerPlaces(instance, home).includes(cpu),
  );
  if (fromElsewhere && !pinnedTimer) result.push(timer);
  else if (thread.cpus.includes(cpu)) result.push({ ...timer, armedBy: thread.subject });
  // A pinned thread that is woken from elsewhere gets the IPI in place of its timer, which takes more.
  if (thread.cpus.length > 1 && thread.cpus.includes(cpu)) {
    result.push({
      ...common,
      mechanism: 'reschedule IPI',
      subject: `wake-up of ${thread.subject} from another CPU`,
      largest: sum(costs.irqEntry, writes),
      arrivals: thread.arrivals,
      triggers: [thread.subject],
    });
  }
  return result;
}
