/** Text of tracefs -> the timers that expired: sleeps, and ticks. */
import type { TimerEvent } from '../timers.js';

const EVENT = /\[([0-9]+)\] \S+ +([0-9]+)\.([0-9]+): ([a-z_]+): (.*)$/;
const TICK = /function=(tick_sched_timer|tick_nohz_handler)\b/;

/** `t0Ns`: when the scenario began, by the clock of the trace. */
export function timerEventsOf(trace: readonly string[], t0Ns: number): TimerEvent[] {
  /** CPUs on which the sleep of somebody has just ended. */
  const waking = new Set<number>();
  return trace.flatMap((line): TimerEvent[] => {
    const event = EVENT.exec(line);
    if (!event) return [];
    const [, cpuText, seconds, fraction, name, rest] = event;
    const cpu = Number(cpuText);
    const atNs = Number(seconds) * 1e9 + Number(fraction.padEnd(9, '0')) - t0Ns;
    if (name === 'hrtimer_expire_entry') {
      if (TICK.test(rest)) return [{ atNs, cpu, what: 'tick' }];
      if (rest.includes('function=hrtimer_wakeup')) waking.add(cpu);
    }
    if (name !== 'sched_waking' || !waking.delete(cpu)) return [];
    const thread = /^comm=(.*) pid=/.exec(rest)?.[1];
    return thread === undefined ? [] : [{ atNs, cpu, what: thread }];
  });
}
