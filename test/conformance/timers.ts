/**
 * What timers do on the machine, where a scenario asks for it: `t3 wakes a @60`, the CPU on which the
 * sleep of a thread ends; `t3 ticks from 30 to 90`, or `no ticks`, whether its tick runs meanwhile.
 */
import type { Scenario } from './scenario.js';

export interface TimerEvent {
  readonly atNs: number;
  readonly cpu: number;
  /** The thread whose sleep ended; `tick`: the tick of the CPU. */
  readonly what: string;
}

/** A tickless CPU may have a last tick, or the residual one of a second. */
const STRAY_TICKS = 2;

/** Lines of a sequence; events come in order of time. */
export function timerLines(
  events: readonly TimerEvent[],
  { threads, ticks = [] }: Scenario,
): string[] {
  // The first sleep of a thread is the wait for its begin, from before the scenario.
  const began = new Set<string>();
  const isSleep = ({ what }: TimerEvent): boolean => {
    if (!threads.some(({ name }) => name === what)) return false;
    return began.has(what) || !began.add(what);
  };
  const sleeps = events
    .filter(isSleep)
    .map(({ cpu, what, atNs }) => `t${cpu} wakes ${what} @${Math.round(atNs / 1e6)}`);
  const windows = ticks.map(({ cpu, fromMs, toMs }) => {
    const count = events.filter(
      (one) =>
        one.what === 'tick' && one.cpu === cpu && one.atNs >= fromMs * 1e6 && one.atNs < toMs * 1e6,
    ).length;
    return `t${cpu} ${count > STRAY_TICKS ? 'ticks' : 'no ticks'} from ${fromMs} to ${toMs}`;
  });
  return [...sleeps, ...windows];
}
