/**
 * The busy window: the longest time that a CPU can be kept from a piece of work, as the least fixed
 * point of w = once + sum over streams of eta(w) * cost. Source: N. Audsley et al., Applying new
 * scheduling theory to static priority pre-emptive scheduling (1993); K. Tindell et al. (1994) for
 * windows with several jobs of the thread itself.
 *
 * The window begins when the CPU was last free of everything in it, so nothing is carried in; what
 * could be under way then, being weaker, stands among the terms that count once.
 */
import { type Arrivals, arrivalsIn } from '../contract/arrivals.js';
import { type Figure, type Figures, times } from '../contract/figure.js';
import { overload } from './overload.js';
import type { BoundTerm, CpuBound } from './result.js';

/** What comes again in a window. */
export interface Stream {
  readonly name: string;
  readonly arrivals: Arrivals;
  readonly each: Figure;
  /** So many of them stand elsewhere in the analysis, and no more than `most` of the others count. */
  readonly skip?: number;
  readonly most?: number;
}

/** What counts once. */
export interface Once {
  readonly name: string;
  readonly figure: Figure;
}

export interface Window {
  readonly once: readonly Once[];
  readonly streams: readonly Stream[];
  /**
   * What comes in the instant in which everything else is done still counts: a thread whose next
   * activation is due when it ends goes on with it at once. Without work of its own on its CPU that
   * instant is no chance for the delayed thread.
   */
  readonly closed?: boolean;
}

/** A thread whose jobs may queue behind one another. */
export interface OwnJobs {
  /** All CPU time of a job and of its timer. */
  readonly each: Figure;
  readonly distanceNs: number;
  /** How late a release may reach the CPU, and how late that of the measured job does. */
  readonly jitterNs: number;
  readonly detour: Figure;
}

/** Windows longer than this are no answer to anybody: 1000 s. */
const WINDOW_MAX_NS = 1_000_000_000_000;
const STEPS_MAX = 20_000;
const JOBS_MAX = 2000;

/** Longest window; a bound without own jobs. */
export function busyWindow(window: Window, figures: Figures): CpuBound {
  const failure = overload(window.streams, undefined);
  if (failure) return { reasons: [failure] };
  const ns = fixedPoint(window, 0, figures);
  return ns === undefined ? tooLong() : { ns, terms: termsOf(window, ns, undefined, figures) };
}

/**
 * Longest latency of a job of `own`: over all jobs of the longest window, from each one's release,
 * which is no sooner than its place in the window times the distance.
 */
export function responseTime(window: Window, own: OwnJobs, figures: Figures): CpuBound {
  const failure = overload(window.streams, own);
  if (failure) return { reasons: [failure] };
  let worst: { ns: number; jobs: number; windowNs: number; lateNs: number } | undefined;
  for (let jobs = 0; jobs < JOBS_MAX; jobs++) {
    const backlog = figures.keeps('backlog') ? jobs * own.each.ns : 0;
    const windowNs = fixedPoint(window, backlog, figures);
    if (windowNs === undefined) return tooLong();
    const lateNs = jobs > 0 ? Math.max(own.jitterNs, own.detour.ns) : own.detour.ns;
    const ns = windowNs - jobs * own.distanceNs + lateNs;
    if (worst === undefined || ns > worst.ns) worst = { ns, jobs, windowNs, lateNs };
    // The next job is released after this one and its way to sleep are over: the window has ended.
    const whole = { ...window, once: onlyDelays(window) };
    const wholeNs = fixedPoint(whole, (jobs + 1) * own.each.ns, figures);
    if (wholeNs === undefined) return tooLong();
    if (wholeNs + own.jitterNs <= (jobs + 1) * own.distanceNs || !figures.keeps('later jobs')) {
      const { ns: found, windowNs: length, jobs: count, lateNs: delayNs } = worst;
      const before = count > 0 ? { own, count, distanceNs: count * own.distanceNs } : undefined;
      const late = { ns: delayNs, assumed: own.detour.assumed };
      const terms = termsOf(window, length, before, figures);
      return { ns: found, terms: withTerm(terms, 'expiry on a housekeeping pCPU', late) };
    }
  }
  return tooLong();
}

/** The parts of `once` that are no work of the job itself. */
const OWN = 'own: ';
const onlyDelays = ({ once }: Window): Once[] => once.filter(({ name }) => !name.startsWith(OWN));

/** Marks a part as the job's own work. */
export const own = (name: string, figure: Figure): Once => ({ name: OWN + name, figure });

export const tooLong = (): { readonly reasons: readonly string[] } => ({
  reasons: ['the analysis does not end below 1000 s: the CPU is loaded almost in full'],
});

/** Least window that holds everything in it, and `extraNs`; undefined: none below the limit. */
export function fixedPoint(window: Window, extraNs: number, figures: Figures): number | undefined {
  const { once, streams } = window;
  const roundsUp = figures.keeps('rounding up of arrivals');
  let fixedNs = extraNs;
  for (const { figure } of once) fixedNs += figure.ns;
  let windowNs = Math.max(1, fixedNs);
  for (let step = 0; step < STEPS_MAX; step++) {
    let nextNs = fixedNs;
    const lengthNs = lengthOf(window, windowNs);
    for (const stream of streams) nextNs += countIn(stream, lengthNs, roundsUp) * stream.each.ns;
    if (nextNs <= windowNs) return step === 0 ? nextNs : windowNs;
    if (nextNs > WINDOW_MAX_NS) return undefined;
    windowNs = nextNs;
  }
  return undefined;
}

const lengthOf = ({ closed }: Window, windowNs: number): number =>
  closed ? windowNs + 1 : windowNs;

function countIn(stream: Stream, windowNs: number, roundsUp: boolean): number {
  const { skip = 0, most = Number.POSITIVE_INFINITY } = stream;
  return Math.min(most, Math.max(0, allIn(stream, windowNs, roundsUp) - skip));
}

function allIn({ arrivals }: Stream, windowNs: number, roundsUp: boolean): number {
  if (roundsUp) return arrivalsIn(arrivals, windowNs);
  const { group = 1, jitterNs = 0 } = arrivals;
  const whole =
    arrivals.distanceNs === 0
      ? arrivals.most
      : group * Math.floor((windowNs + jitterNs) / arrivals.distanceNs);
  return Math.min(arrivals.most, whole);
}

/** The terms of a window that is `windowNs` long. */
export function termsOf(
  window: Window,
  windowNs: number,
  before: { own: OwnJobs; count: number; distanceNs: number } | undefined,
  figures: Figures,
): BoundTerm[] {
  const terms: BoundTerm[] = [];
  const add = (name: string, count: number, figure: Figure): void => {
    if (figure.ns === 0) return;
    const assumed = [...figure.assumed].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    terms.push({ name, count, ns: figure.ns, assumed });
  };
  for (const { name, figure } of window.once) {
    add(name.startsWith(OWN) ? name.slice(OWN.length) : name, 1, figure);
  }
  for (const stream of window.streams) {
    const lengthNs = lengthOf(window, windowNs);
    const count = countIn(stream, lengthNs, figures.keeps('rounding up of arrivals'));
    add(stream.name, count, times(count, stream.each));
  }
  if (before) {
    add('earlier activations', before.count, times(before.count, before.own.each));
    terms.push({
      name: 'less: since their releases',
      count: before.count,
      ns: -before.distanceNs,
      assumed: [],
    });
  }
  return terms.sort(byLength);
}

export const byLength = (a: BoundTerm, b: BoundTerm): number =>
  b.ns - a.ns || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function withTerm(terms: readonly BoundTerm[], name: string, { ns, assumed }: Figure): BoundTerm[] {
  if (ns === 0) return [...terms];
  const sorted = [...assumed].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return [...terms, { name, count: 1, ns, assumed: sorted }].sort(byLength);
}
