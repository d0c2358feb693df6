/**
 * Timers of a nohz_full pCPU that fire on a housekeeping pCPU: how late the wake-up reaches its own
 * pCPU. The delay is on the path of the latency, and it is jitter for everything that is woken so.
 */
import { cpuContracts } from '../contract/cpuContracts.js';
import { type Figure, NO_TIME, sum, times } from '../contract/figure.js';
import { hostOf } from '../contract/instance.js';
import { timerPlaces } from '../contract/sleepTimer.js';
import type { Surroundings } from '../contract/surroundings.js';
import { busyWindow } from './busyWindow.js';
import { interruptStreams, maskingOf, smiStreams } from './interference.js';
import { hasBound } from './result.js';
import { softirqsLeft } from './softirqsLeft.js';

export type Detour = { readonly figure: Figure } | { readonly reasons: readonly string[] };

/** No detour: the timer fires where it was armed. */
export const NO_DETOUR: Detour = { figure: NO_TIME };

/**
 * Longest time from an expiry on some housekeeping pCPU to the arrival of its IPI at `pcpu`;
 * `callback` is what the timer does there, `flight` the IPI.
 */
export function detourTo(
  around: Surroundings,
  pcpu: number,
  callback: Figure,
  flight: Figure,
): Detour {
  const { figures } = around;
  const host = hostOf(around.plan);
  let longestNs = 0;
  let assumed: ReadonlySet<string> = new Set();
  for (const other of timerPlaces(host, pcpu)) {
    if (other === pcpu) continue;
    const contracts = cpuContracts(around, host, other);
    const { costs, gaps } = contracts;
    const where = `the timer may fire on pCPU ${other} (not with kernel.timer_migration: 0)`;
    if (gaps.length > 0) return { reasons: gaps.map((gap) => `${where}: ${gap}`) };
    const timer = sum(costs.irqEntry, costs.hrtimerInterrupt, costs.hrtimerCallback, callback);
    const left = softirqsLeft(contracts, figures);
    if ('reasons' in left) return { reasons: left.reasons.map((one) => `${where}: ${one}`) };
    const once = [
      ...left.once,
      maskingOf(contracts, figures),
      { name: 'tick restart', figure: times(2, costs.deviceWrite) },
      { name: 'timer interrupt', figure: timer },
    ];
    const streams = [
      ...smiStreams(contracts, figures),
      ...interruptStreams(contracts, Number.NEGATIVE_INFINITY, '', figures),
    ];
    const bound = busyWindow({ once, streams }, figures);
    if (!hasBound(bound)) return { reasons: bound.reasons.map((one) => `${where}: ${one}`) };
    longestNs = Math.max(longestNs, bound.ns);
    assumed = new Set([...assumed, ...bound.terms.flatMap((term) => term.assumed)]);
  }
  const figure = sum({ ns: longestNs, assumed }, longestNs > 0 ? flight : NO_TIME);
  return { figure: figures.term('expiry elsewhere', figure) };
}
