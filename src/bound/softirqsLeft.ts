/**
 * Softirqs that are left over when a busy window begins. Without RT a pass ends when a thread is to
 * take over, or after ten rounds, and bottom halves may be off: what is pending then is served by the
 * next interrupt, by whoever enables bottom halves, or by ksoftirqd. Source: src/kernel/softirqPass.ts.
 *
 * No more is pending than came during one pass or one stretch without bottom halves; that is shorter
 * than the longest window of interrupts and softirqs alone after the longest stretch of any thread.
 */
import { arrivalsIn } from '../contract/arrivals.js';
import type { CpuContracts } from '../contract/cpuContracts.js';
import { type Figures, longest, NO_TIME, sum, times } from '../contract/figure.js';
import { busyWindow, type Once } from './busyWindow.js';
import { interruptStreams, NOTHING_OUTSIDE, type Outer, smiStreams } from './interference.js';
import { hasBound } from './result.js';

export type Left = { readonly once: readonly Once[] } | { readonly reasons: readonly string[] };

export function softirqsLeft(
  contracts: CpuContracts,
  figures: Figures,
  outer: Outer = NOTHING_OUTSIDE,
): Left {
  const { softirqs, threads } = contracts;
  if (softirqs.length === 0) return { once: [] };
  const stretch = longest(NO_TIME, ...threads.map(({ blocking }) => blocking));
  const window = {
    once: [...outer.once, { name: 'stretch without bottom halves', figure: stretch }],
    streams: [
      ...outer.streams,
      ...smiStreams(contracts, figures),
      ...interruptStreams(contracts, Number.NEGATIVE_INFINITY, '', figures, outer),
    ],
  };
  const bound = busyWindow(window, figures);
  if (!hasBound(bound)) return { reasons: bound.reasons };
  const left = sum(
    ...softirqs.map(({ arrivals, each }) => times(arrivalsIn(arrivals, bound.ns), each)),
  );
  return {
    once: [{ name: 'softirqs left over', figure: figures.term('softirqs left over', left) }],
  };
}
