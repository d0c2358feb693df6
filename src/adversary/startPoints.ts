/**
 * Where a search begins. All durations at their maximum with all sources at one instant is one
 * start, not the worst case: what adapts may have learnt from the past, so the hit also comes after
 * trainings at the minimum, from end to end, and by chance.
 */
import type { Anchor, Candidate, Pattern } from './candidate.js';
import type { ChoiceSpace } from './target.js';
import { shortestNs } from './target.js';

/** Activations before the hit: a timer advance that closes in by eighths has settled by then. */
export const TRAINING_LENGTHS = [24, 6, 60] as const;
const TRAININGS: readonly Pattern[] = ['max', 'min', 'alternating', 'chance'];
/** A loop has no releases: its hit comes here. */
const LOOP_HIT_NS = 3_000_000;
/** Arrivals after an anchor that come as soon as they can. */
const DENSE = 8;

/** Time of the hit after `activations`, and the anchors of the target's own threads. */
export function hitAfter(
  space: ChoiceSpace,
  activations: number,
): { hitNs: number; own: Record<string, Anchor> } {
  const own: Record<string, Anchor> = Object.create(null);
  const { intervalNs } = space.workload;
  const stated = space.own.find(({ phaseBelowNs }) => phaseBelowNs === 0);
  const first = stated ?? space.own[0];
  if (first === undefined || intervalNs === 0) return { hitNs: LOOP_HIT_NS, own };
  const phaseNs = stated?.firstNs ?? Math.floor(intervalNs / 2);
  const hitNs = phaseNs + activations * intervalNs;
  for (const { path, phaseBelowNs } of space.own) {
    if (phaseBelowNs > 0) own[path] = { arrivalNs: hitNs, afterNs: [] };
  }
  return { hitNs, own };
}

/** All sources arrive at the hit and keep coming as fast as they may. */
export function criticalInstant(
  space: ChoiceSpace,
  training: Pattern,
  activations: number,
): Candidate {
  const { hitNs, own } = hitAfter(space, activations);
  const anchors: Record<string, Anchor> = Object.assign(Object.create(null), own);
  for (const source of space.movable) {
    const afterNs = new Array<number>(DENSE).fill(Math.max(1, shortestNs(source)));
    anchors[source.path] = { arrivalNs: hitNs, afterNs };
  }
  const { intervalNs } = space.workload;
  return {
    undisturbedNs: 0,
    hitNs,
    switchNs: Math.max(0, hitNs - Math.floor(intervalNs / 4)),
    training,
    trainingOf: {},
    hit: 'max',
    hitOf: {},
    anchors,
  };
}

/** The start points in the order in which they are tried. */
export function startPoints(space: ChoiceSpace): Candidate[] {
  return TRAININGS.map((training) => criticalInstant(space, training, TRAINING_LENGTHS[0]));
}

/** The run as it was up to shortly before its worst sample; from there on durations are dictated. */
export function aroundObserved(atNs: number, latencyNs: number, leadNs: number): Candidate {
  const hitNs = atNs - latencyNs;
  const switchNs = Math.max(1, hitNs - leadNs);
  return {
    undisturbedNs: switchNs,
    hitNs,
    switchNs,
    training: 'chance',
    trainingOf: {},
    hit: 'max',
    hitOf: {},
    anchors: {},
  };
}
