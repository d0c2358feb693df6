/**
 * spinlock_t of an RT kernel as steps: [S] kernel/locking/spinlock_rt.c, rtmutex.c
 * rt_mutex_slowlock_block, rt_mutex_adjust_prio_chain, rt_mutex_slowunlock. An uncontended lock costs
 * nothing of its own; a waiter pays for lending its priority, an owner for waking its heir. The first
 * waiter spins while the owner runs on another CPU: adaptiveSpin.ts.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import { awaitLock, SPIN_TO_HELD, spinOver } from './adaptiveSpin.js';
import type { Kernel } from './kernel.js';
import { acquireSleeping, releaseSleeping } from './lock.js';
import { lendPriority } from './priorityInheritance.js';
import { tell } from './rescheduleIpi.js';

export interface LockCosts {
  readonly piStep: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
}

/** In place of a lock's number: the bottom halves of the CPU that the thread is on. */
export const BOTTOM_HALVES = -1;

/** First step that its owner does, relative to the first of all. */
export const LOCK_HOLD = 5;

/** Steps of a sleeping lock, relative to its first. */
const LEND = 1;
const LEND_IPI = 2;
const BLOCK = 3;
const SPIN = 4;
/** Steps of its release, relative to the first of those. */
const RELEASE_WAKE = 1;
const RELEASE_IPI = 2;
const RELEASED = 3;

/** The lock that a step is about. */
const lockOf = (k: Kernel, frame: number, pc: number): number => {
  const lock = k.argument(pc);
  return lock === BOTTOM_HALVES ? k.bottomHalves + k.frameCpu[frame] : lock;
};

const acquirePinned: Action<Kernel> = (m, frame, pc, lane) => {
  m.task.migrateOff[frame - m.taskFrames] = 1;
  return acquire(m, frame, pc, lane);
};

const acquire: Action<Kernel> = (m, frame, pc) =>
  acquireSleeping(m, lockOf(m, frame, pc), frame - m.taskFrames) ? pc + LOCK_HOLD : pc + LEND;

const lend: Action<Kernel> = (m, frame, pc) => {
  const cpu = m.frameCpu[frame];
  m.cpu.ipiTarget[cpu] = lendPriority(m, frame - m.taskFrames);
  return m.cpu.ipiTarget[cpu] < 0 ? pc - LEND + BLOCK : pc - LEND + LEND_IPI;
};

const blockOrSpin: Action<Kernel> = (m, frame, pc, lane) =>
  awaitLock(m, frame - m.taskFrames, pc - BLOCK + SPIN, pc - BLOCK + LOCK_HOLD, lane);

/** rt_mutexes before 5.15. */
const block: Action<Kernel> = (m, frame, pc, lane) =>
  awaitLock(m, frame - m.taskFrames, -1, pc - BLOCK + LOCK_HOLD, lane);

/** The lock is the waiter's, or it has to look again. */
const spun: Action<Kernel> = (m, frame, pc, lane) => {
  const task = frame - m.taskFrames;
  spinOver(m, lockOf(m, frame, pc), task);
  return awaitLock(m, task, pc, pc + SPIN_TO_HELD, lane);
};

/** The fast path if nobody waits; else the heir is woken. */
const sleepingRelease: Action<Kernel> = (m, frame, pc, lane) =>
  m.locks.waiters[lockOf(m, frame, pc)].length === 0
    ? handOver(m, frame, pc + RELEASE_WAKE, lane)
    : pc + RELEASE_WAKE;

const handOver: Action<Kernel> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  const cpu = m.frameCpu[frame];
  m.task.migrateOff[task] = 0;
  m.cpu.ipiTarget[cpu] = releaseSleeping(m, lockOf(m, frame, pc), task);
  return pc - RELEASE_WAKE + (m.cpu.ipiTarget[cpu] < 0 ? RELEASED : RELEASE_IPI);
};

/** What the steps of a lock are made with; `accepts`: what kernel code lets through. */
export interface LockSteps {
  readonly name: string;
  readonly cause: string;
  readonly lock: number;
  readonly accepts: number;
  readonly costs: LockCosts;
}

/** Steps from taking the lock to giving it up; `held` are the steps of its owner. */
export function sleepingLock<M extends Kernel>(
  of: LockSteps,
  held: ReadonlyArray<StepSpec<M>>,
): Array<StepSpec<M>> {
  return [...acquireSteps<M>(of, true, true), ...held, ...releaseSteps<M>(of)];
}

/**
 * Taking the lock; `pins`: its owner may not migrate, as with a spinlock_t of RT; `spins`: the first
 * waiter spins while the owner runs.
 */
export function acquireSteps<M extends Kernel>(
  of: LockSteps,
  pins: boolean,
  spins: boolean,
): Array<StepSpec<M>> {
  const spinning = { ...of, cause: `spinning for ${of.cause}` };
  return [
    step(of, 'acquire', 'zero', of.accepts, pins ? acquirePinned : acquire),
    step(of, 'C_PI_STEP', of.costs.piStep, of.accepts, lend),
    step(of, 'C_IPI', of.costs.reschedIpi, 0, tell),
    step(of, 'block', 'zero', 0, spins ? blockOrSpin : block),
    step(spinning, 'spin', 'dynamic', ACCEPT_ALL, spun),
  ];
}

export function releaseSteps<M extends Kernel>(of: LockSteps): Array<StepSpec<M>> {
  return [
    step(of, 'release', 'zero', 0, sleepingRelease),
    step(of, 'C_TTWU', of.costs.wakeup, 0, handOver),
    step(of, 'C_IPI of release', of.costs.reschedIpi, 0, tell),
  ];
}

function step<M extends Kernel>(
  { name, cause, lock }: LockSteps,
  what: string,
  duration: Duration,
  accepts: number,
  action: Action<Kernel>,
): StepSpec<M> {
  return { name: `${name} ${what}`, duration, cause, accepts, action, argument: lock };
}
