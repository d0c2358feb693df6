/**
 * The longest time that a packet or an event spends at one CPU on its way: those before it in its
 * queue are served before it, and it is no sooner there than its place in the window allows. Source:
 * J. Lehoczky, fixed priority scheduling of periodic task sets with arbitrary deadlines (1990), with
 * arrival curves in place of periods.
 *
 * SMIs stop all CPUs at once, so a path of several CPUs pays for each of them once. A stage is analysed
 * in time without them; what they hold up comes together afterwards, which is jitter of `smiNs`.
 */
import { type Arrivals, late, spanOf } from '../contract/arrivals.js';
import type { Figure, Figures } from '../contract/figure.js';
import { byLength, fixedPoint, type Stream, termsOf, tooLong, type Window } from './busyWindow.js';
import { overload } from './overload.js';
import type { BoundTerm } from './result.js';

/** The queue of what is measured. */
export interface Queue {
  readonly name: string;
  readonly arrivals: Arrivals;
  /** All CPU time of one that is before the measured one. */
  readonly each: Figure;
  /** What one that comes after it takes before the measured one is done, and of how many at most. */
  readonly behind?: { readonly each: Figure; readonly most: number };
}

/** A stage of a path. */
export interface StageBound {
  readonly ns: number;
  readonly windowNs: number;
  readonly terms: readonly BoundTerm[];
}

export type StageResult = StageBound | { readonly reasons: readonly string[] };

const JOBS_MAX = 2000;

/** Longest time from its arrival at the stage until it is done there. */
export function queueResponse(window: Window, queue: Queue, figures: Figures): StageResult {
  const { arrivals, each, behind } = queue;
  const itself: Stream = { name: queue.name, arrivals, each };
  const failure = overload([...window.streams, itself], undefined);
  if (failure) return { reasons: [failure] };
  let worst: StageBound | undefined;
  for (let before = 0; before < JOBS_MAX; before++) {
    const streams = [...window.streams];
    const skip = before + 1;
    if (behind) {
      const { most, each: further } = behind;
      streams.push({
        name: `${queue.name} of the same visit`,
        arrivals,
        each: further,
        skip,
        most,
      });
    }
    const whole = { once: window.once, streams, closed: each.ns === 0 };
    const extraNs = figures.keeps('backlog') ? before * each.ns : 0;
    const windowNs = fixedPoint(whole, extraNs, figures);
    if (windowNs === undefined) return tooLong();
    const spanNs = spanOf(arrivals, before + 1);
    if (worst === undefined || windowNs - spanNs > worst.ns) {
      const terms = [...termsOf(whole, windowNs, undefined, figures)];
      const assumed = [...each.assumed].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      if (before > 0 && extraNs > 0) {
        terms.push({ name: `${queue.name} before it`, count: before, ns: extraNs, assumed });
      }
      if (spanNs > 0) {
        terms.push({ name: 'less: since its arrival', count: before, ns: -spanNs, assumed: [] });
      }
      worst = { ns: windowNs - spanNs, windowNs, terms: terms.sort(byLength) };
    }
    // The next one comes after this one and what follows it: the window has ended.
    const wholeNs = fixedPoint(whole, (before + 1) * each.ns, figures);
    if (wholeNs === undefined) return tooLong();
    if (wholeNs <= spanOf(arrivals, before + 2) || !figures.keeps('later jobs')) return worst;
  }
  return tooLong();
}

/** Streams without those of SMIs, which shift what comes together. */
export function besideSmis(streams: readonly Stream[], smiNs: number): Stream[] {
  return streams.map((one) => ({ ...one, arrivals: late(one.arrivals, smiNs) }));
}

export function isStage(result: StageResult): result is StageBound {
  return 'ns' in result;
}
