/**
 * A candidate for the worst case: a sequence of choices in the words that a search moves in. First
 * a training, in which adaptive state (timer advance, halt-poll windows) learns from draws of one
 * pattern; then the hit, with draws of its own; and arrivals that are anchored at absolute times.
 *
 * Left out: placements and the order of events at one instant, which the engine decides by rules.
 */
import type { Law } from '../base/law.js';
import type { DrawChoice } from '../engine/choices.js';
import type { ArrivalSource } from '../simulation/firstArrival.js';

/** How a source draws: by chance, always at one end of its law, or from end to end. */
export type Pattern = 'chance' | 'min' | 'max' | 'alternating';

/** An arrival of a source at an absolute time, and the distances that follow it. */
export interface Anchor {
  readonly arrivalNs: number;
  readonly afterNs: readonly number[];
}

export interface Candidate {
  /**
   * Nothing is dictated before this simulated time; 0: training and anchors begin at the start.
   * Above 0 it equals `switchNs`, and there is no training and no anchor.
   */
  readonly undisturbedNs: number;
  /** Release that is to be hit; for loops the time at which all sources meet. */
  readonly hitNs: number;
  /** From here on durations are those of the hit. */
  readonly switchNs: number;
  readonly training: Pattern;
  /** Sources that train otherwise. */
  readonly trainingOf: Readonly<Record<string, Pattern>>;
  readonly hit: Pattern;
  /** First draws of a source in the hit, ns; those after them follow `hit`. */
  readonly hitOf: Readonly<Record<string, readonly number[]>>;
  /** By path of the source of arrivals. */
  readonly anchors: Readonly<Record<string, Anchor>>;
}

/** A source of durations that can take more than one value. */
export interface DurationSource {
  readonly path: string;
  readonly law: Law;
}

const values = (law: Law, pattern: Pattern): readonly number[] => {
  switch (pattern) {
    case 'min':
      return [law.minNs];
    case 'max':
      return [law.maxNs];
    case 'alternating':
      return [law.minNs, law.maxNs];
    case 'chance':
      return [];
  }
};

/** Choices of the training: durations from the first draw on. */
export function trainingChoices(
  candidate: Candidate,
  sources: readonly DurationSource[],
): DrawChoice[] {
  return sources.flatMap(({ path, law }) => {
    const ns = values(law, candidate.trainingOf[path] ?? candidate.training);
    return ns.length === 0 ? [] : [{ source: path, from: 0, ns }];
  });
}

/** Choices of the hit: durations from the next draw of each source on. */
export function hitChoices(
  candidate: Candidate,
  sources: readonly DurationSource[],
  taken: ReadonlyMap<string, number>,
): DrawChoice[] {
  return sources.flatMap(({ path, law }) => {
    const from = taken.get(path) ?? 0;
    const first = candidate.hitOf[path] ?? [];
    const rest = values(law, candidate.hit);
    const choices: DrawChoice[] = [];
    if (rest.length > 0) choices.push({ source: path, from, ns: rest });
    if (first.length > 0) choices.push({ source: path, from, count: first.length, ns: first });
    return choices;
  });
}

/** Choices that make each anchored source arrive when its anchor says, where its law allows it. */
export function anchorChoices(
  candidate: Candidate,
  sources: readonly ArrivalSource[],
): DrawChoice[] {
  return sources.flatMap((source) => {
    const anchor = candidate.anchors[source.path];
    return anchor === undefined ? [] : arrivalChoices(source, anchor);
  });
}

/**
 * Phase and distances of one source that arrives at `anchor.arrivalNs`; none where it cannot.
 *
 * @example every 4..6 us, phase in 0..4 us, arrival at 13 us: phase 3 us, distances 5 us and 5 us
 */
export function arrivalChoices(source: ArrivalSource, anchor: Anchor): DrawChoice[] {
  const { every, phaseBelowNs } = source;
  const minNs = Math.max(1, every.minNs);
  const maxNs = Math.max(1, every.maxNs);
  const free = phaseBelowNs > 0;
  const latestNs = free ? phaseBelowNs - 1 : source.firstNs;
  const count = Math.max(0, Math.ceil((anchor.arrivalNs - latestNs) / maxNs));
  const firstNs = Math.min(latestNs, anchor.arrivalNs - count * minNs);
  if (firstNs < 0 || (!free && firstNs !== source.firstNs)) return [];
  const choices: DrawChoice[] = [];
  if (free) choices.push({ source: `${source.path}/start`, from: 0, count: 1, ns: [firstNs] });
  if (minNs === maxNs) return choices;
  const every1 = `${source.path}/every`;
  if (count > 0) {
    const restNs = anchor.arrivalNs - firstNs;
    const shortNs = Math.floor(restNs / count);
    const longer = restNs - shortNs * count;
    if (longer > 0) choices.push({ source: every1, from: 0, count: longer, ns: [shortNs + 1] });
    choices.push({ source: every1, from: longer, count: count - longer, ns: [shortNs] });
  }
  if (anchor.afterNs.length > 0) {
    const { afterNs } = anchor;
    choices.push({ source: every1, from: count, count: afterNs.length, ns: afterNs });
  }
  return choices;
}

/** The same candidate with its hit at another time. */
export function movedTo(c: Candidate, hitNs: number): Candidate {
  const byNs = hitNs - c.hitNs;
  const anchors = Object.fromEntries(
    Object.entries(c.anchors).map(([path, anchor]) => [
      path,
      { ...anchor, arrivalNs: Math.max(0, anchor.arrivalNs + byNs) },
    ]),
  );
  return { ...c, hitNs, switchNs: Math.max(0, c.switchNs + byNs), anchors };
}

/** The same candidate with one source that arrives at another time. */
export function anchored(c: Candidate, path: string, arrivalNs: number): Candidate {
  const afterNs = c.anchors[path]?.afterNs ?? [];
  const anchor = { arrivalNs: Math.max(0, arrivalNs), afterNs };
  return { ...c, anchors: { ...c.anchors, [path]: anchor } };
}
