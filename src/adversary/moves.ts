/**
 * Local moves of the search. The strongest looks at the steps of the best run so far: it moves a
 * source so that one of its steps begins just before, at, or just after a step on the path of the
 * hit, which is where blocking and races are.
 */
import { anchored, type Candidate, movedTo, type Pattern } from './candidate.js';
import type { Dice } from './dice.js';
import type { Traced } from './evaluate.js';
import { contend, strikeHolder, takesLock } from './lockMoves.js';
import { hitAfter, TRAINING_LENGTHS } from './startPoints.js';
import { type ChoiceSpace, shortestNs } from './target.js';

const PATTERNS: readonly Pattern[] = ['min', 'max', 'alternating', 'chance'];
/** Draws of one source in a hit that are moved one by one. */
const SINGLE_DRAWS = 12;

export type Move = (c: Candidate, best: Traced, space: ChoiceSpace, dice: Dice) => Candidate;

/** One or more random moves away from `candidate`, which gave `best`. */
export function moved(
  candidate: Candidate,
  best: Traced,
  space: ChoiceSpace,
  dice: Dice,
): Candidate {
  const moves = movesFor(candidate, best, space);
  let next = candidate;
  const count = 1 + (dice.below(4) === 0 ? 1 + dice.below(3) : 0);
  for (let i = 0; i < count; i++) next = dice.pick(moves)(next, best, space, dice);
  return next;
}

function movesFor(candidate: Candidate, best: Traced, space: ChoiceSpace): readonly Move[] {
  if (candidate.undisturbedNs > 0) return [duration, duration, wholeSource];
  const always = [duration, duration, wholeSource, training, trainOne, switchTime, shiftOwn];
  if (space.movable.length === 0) return [...always, length];
  const locks = best.steps.some(takesLock) ? [contend, strikeHolder] : [alignConsequence, align];
  return [...always, length, align, align, align, alignConsequence, ...locks, shift, distance];
}

/** Moves one source so that one of its steps meets a step of the hit. */
const align: Move = (c, best, space, dice) => {
  const source = dice.pick(space.movable);
  const releaseNs = best.atNs - best.latencyNs;
  const own = best.steps.filter(({ program }) => program.startsWith(`${source.path}/`));
  const nowNs = c.anchors[source.path]?.arrivalNs ?? releaseNs;
  const fromNs = own.length === 0 ? nowNs : dice.pick(own).fromNs;
  return anchored(c, source.path, nowNs + meeting(best, dice) - fromNs + dice.between(-2, 2));
};

/**
 * Moves one source so that what comes of it meets a step of the hit: a packet becomes an interrupt,
 * wakes a thread, and that takes a lock. Which steps those are is a guess.
 */
const alignConsequence: Move = (c, best, space, dice) => {
  const source = dice.pick(space.movable);
  const target = space.own.map(({ path }) => `${path}/`);
  const programs = [...new Set(best.steps.map(({ program }) => program))].filter(
    (program) => !target.some((path) => program.startsWith(path)),
  );
  if (programs.length === 0) return align(c, best, space, dice);
  const chosen = dice.pick(programs);
  const { fromNs } = dice.pick(best.steps.filter(({ program }) => program === chosen));
  const nowNs = c.anchors[source.path]?.arrivalNs ?? c.hitNs;
  return anchored(c, source.path, nowNs + meeting(best, dice) - fromNs + dice.between(-2, 2));
};

/** When to meet: at the release, or at a step of the hit. */
function meeting(best: Traced, dice: Dice): number {
  const releaseNs = best.atNs - best.latencyNs;
  const onPath = best.steps.filter(({ fromNs }) => fromNs >= releaseNs);
  return dice.below(3) === 0 || onPath.length === 0 ? releaseNs : dice.pick(onPath).fromNs;
}

/** Moves one source by a random distance, mostly a short one. */
const shift: Move = (c, best, space, dice) => {
  const source = dice.pick(space.movable);
  const scaleNs = dice.pick([100, 1_000, 10_000, 2 * Math.max(1, best.latencyNs), 1_000_000]);
  const nowNs = c.anchors[source.path]?.arrivalNs ?? c.hitNs;
  return anchored(c, source.path, nowNs + dice.between(-scaleNs, scaleNs));
};

/** Another thread of the target (or its own release) at another distance from the hit. */
const shiftOwn: Move = (c, best, space, dice) => {
  if (space.own.length < 2) return duration(c, best, space, dice);
  const { path, phaseBelowNs } = dice.pick(space.own);
  if (phaseBelowNs === 0) return c;
  const scaleNs = dice.pick([100, 1_000, 10_000, Math.max(1, space.workload.intervalNs >> 1)]);
  return anchored(c, path, c.hitNs + dice.between(-scaleNs, scaleNs));
};

/** One distance after an anchor: shortest, longest, or so that the next arrival is in the hit. */
const distance: Move = (c, best, space, dice) => {
  const source = dice.pick(space.movable);
  const anchor = c.anchors[source.path];
  if (anchor === undefined || source.every.minNs === source.every.maxNs) return c;
  const afterNs = anchor.afterNs.length > 0 ? [...anchor.afterNs] : [shortestNs(source)];
  const i = dice.below(afterNs.length);
  const shortNs = Math.max(1, shortestNs(source));
  const longNs = Math.max(shortNs, source.every.maxNs);
  const nearNs = Math.min(longNs, shortNs + dice.below(2 * Math.max(1, best.latencyNs)));
  afterNs[i] = dice.pick([shortNs, longNs, nearNs, dice.between(shortNs, longNs)]);
  return { ...c, anchors: { ...c.anchors, [source.path]: { ...anchor, afterNs } } };
};

/** One draw of the hit: an end of its law, or something between. */
const duration: Move = (c, best, space, dice) => {
  const drawn = space.durations.filter(({ path }) => (best.hitDraws.get(path) ?? 0) > 0);
  if (drawn.length === 0) return c;
  const { path, law } = dice.pick(drawn);
  const count = Math.min(SINGLE_DRAWS, best.hitDraws.get(path) ?? 0);
  const list = [...(c.hitOf[path] ?? [])];
  const at = dice.below(count);
  while (list.length <= at) list.push(law.maxNs);
  list[at] = dice.pick([law.minNs, law.maxNs, dice.between(law.minNs, law.maxNs)]);
  return { ...c, hitOf: { ...c.hitOf, [path]: list } };
};

/** All draws of one source in the hit. */
const wholeSource: Move = (c, best, space, dice) => {
  const drawn = space.durations.filter(({ path }) => (best.hitDraws.get(path) ?? 0) > 0);
  if (drawn.length === 0) return c;
  const { path, law } = dice.pick(drawn);
  const ns = dice.pick([law.minNs, law.maxNs, dice.between(law.minNs, law.maxNs)]);
  const count = Math.min(SINGLE_DRAWS, best.hitDraws.get(path) ?? 0);
  return { ...c, hitOf: { ...c.hitOf, [path]: new Array<number>(count).fill(ns) } };
};

const training: Move = (c, _best, _space, dice) => ({ ...c, training: dice.pick(PATTERNS) });

const trainOne: Move = (c, _best, space, dice) => {
  if (space.durations.length === 0) return c;
  const { path } = dice.pick(space.durations);
  return { ...c, trainingOf: { ...c.trainingOf, [path]: dice.pick(PATTERNS) } };
};

/** How long before the hit its durations begin. */
const switchTime: Move = (c, best, space, dice) => {
  const { intervalNs } = space.workload;
  const longNs = Math.max(intervalNs, 2 * best.latencyNs, 1_000);
  const leadNs = dice.pick([0, 1_000, 20_000, dice.below(longNs), dice.below(3 * longNs)]);
  return { ...c, switchNs: Math.max(0, c.hitNs - leadNs) };
};

/** Another length of the training: everything moves with the hit. */
const length: Move = (c, _best, space, dice) => {
  const { hitNs } = hitAfter(space, dice.pick(TRAINING_LENGTHS));
  return movedTo(c, hitNs);
};
