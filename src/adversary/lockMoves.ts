/**
 * Moves of the search around locks: who waits for a lock waits for all that delays its holder, on
 * whatever CPU that is, and chance alone hardly ever brings the two together.
 */
import { anchored } from './candidate.js';
import type { Move } from './moves.js';
import type { TracedStep } from './pathTrace.js';

/** True for the first step of taking a lock. */
export const takesLock = ({ step }: TracedStep): boolean => step.endsWith(' acquire');

/** Moves one source so that somebody else takes a lock just before the path takes one. */
export const contend: Move = (c, best, space, dice) => {
  const target = space.own.map(({ path }) => `${path}/`);
  const isOwn = (program: string): boolean => target.some((path) => program.startsWith(path));
  const takes = best.steps.filter(takesLock);
  const own = takes.filter(({ program }) => isOwn(program));
  const others = takes.filter(({ program }) => !isOwn(program));
  if (own.length === 0 || others.length === 0) return strikeHolder(c, best, space, dice);
  const source = dice.pick(space.movable);
  const nowNs = c.anchors[source.path]?.arrivalNs ?? c.hitNs;
  const earlyNs = dice.pick([1, 10, 100, 1_000]);
  const byNs = dice.pick(own).fromNs - earlyNs - dice.pick(others).fromNs;
  return anchored(c, source.path, nowNs + byNs);
};

/** Moves one source so that it hits the holder of a lock: it comes just after the lock is taken. */
export const strikeHolder: Move = (c, best, space, dice) => {
  const source = dice.pick(space.movable);
  const nowNs = c.anchors[source.path]?.arrivalNs ?? c.hitNs;
  const own = best.steps.filter(({ program }) => program.startsWith(`${source.path}/`));
  const fromNs = own.length === 0 || dice.below(2) === 0 ? nowNs : dice.pick(own).fromNs;
  const afterNs = dice.pick([0, 10, 1_000, dice.below(10_000)]);
  const takes = best.steps.filter(takesLock);
  return anchored(c, source.path, nowNs + dice.pick(takes).fromNs + afterNs - fromNs);
};
