/**
 * A lock whose waiters spin, as steps: raw_spinlock_t, and spinlock_t without RT.
 * [S] kernel/locking/qspinlock.c: waiters are served in order of arrival, wherever they are.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { acquireSpinning, releaseSpinning } from '../kernel/lock.js';
import type { System } from './system.js';

const acquire: Action<System> = (m, frame, pc) => {
  m.frameDynamicNs[frame] = Number.POSITIVE_INFINITY;
  if (acquireSpinning(m, m.argument(pc), frame)) return pc + 2;
  m.pauseLoop(m.frameCpu[frame]);
  return pc + 1;
};

const release: Action<System> = (m, _frame, pc) => {
  releaseSpinning(m, m.argument(pc));
  return pc + 1;
};

/** Steps that take `lock`, do `held` and release it; `accepts` is what all of them let through,
 * `label` what the lock is called. */
export function spinningLock(
  name: string,
  label: string,
  who: string,
  lock: number,
  accepts: number,
  held: ReadonlyArray<StepSpec<System>>,
): Array<StepSpec<System>> {
  const cause = `lock ${label} of ${who}`;
  const step = (
    what: string,
    duration: Duration,
    why: string,
    action?: Action<System>,
  ): StepSpec<System> => ({
    name: `${name} ${what}`,
    duration,
    cause: why,
    accepts,
    action,
    argument: lock,
  });
  return [
    step('acquire', 'zero', cause, acquire),
    step('spin', 'dynamic', `spinning for lock ${label} by ${who}`),
    ...held,
    step('release', 'zero', cause, release),
  ];
}
