/**
 * spinlock_t of an RT kernel as steps: [S] kernel/locking/spinlock_rt.c, rtmutex.c
 * rt_mutex_slowlock_block, rt_mutex_adjust_prio_chain, rt_mutex_slowunlock. An uncontended lock costs
 * nothing of its own; a waiter pays for lending its priority, an owner for waking its heir.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { acquireSleeping, blockOnLock, lendPriority, releaseSleeping } from '../kernel/lock.js';
import type { KernelCosts } from '../kernel/programs.js';
import type { System } from './system.js';

export type LockCosts = Pick<KernelCosts, 'piStep' | 'wakeup' | 'reschedIpi'>;

/** Steps of a sleeping lock, relative to its first. */
const LEND = 1;
const LEND_IPI = 2;
const BLOCK = 3;
const HOLD = 4;
const RELEASE = 5;
const RELEASE_WAKE = 6;
const RELEASE_IPI = 7;
const RELEASED = 8;

const sleepingAcquire: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  m.task.migrateOff[task] = 1;
  return acquireSleeping(m, m.argument(pc), task) ? pc + HOLD : pc + LEND;
};

const lend: Action<System> = (m, frame, pc) => {
  const cpu = m.frameCpu[frame];
  m.cpu.ipiTarget[cpu] = lendPriority(m, frame - m.taskFrames);
  return m.cpu.ipiTarget[cpu] < 0 ? pc - LEND + BLOCK : pc - LEND + LEND_IPI;
};

/** smp_send_reschedule to the CPU of whom the priority was lent to, or of who owns the lock now. */
const sendIpi: Action<System> = (m, frame, pc, lane) => {
  const cpu = m.frameCpu[frame];
  const target = m.cpu.ipiTarget[cpu];
  m.cpu.ipiTarget[cpu] = -1;
  return m.sendReschedule(cpu, target, frame, pc + 1, lane);
};

const sleepingBlock: Action<System> = (m, frame, pc, lane) =>
  blockOnLock(m, frame - m.taskFrames, pc - BLOCK + HOLD, lane);

/** The fast path if nobody waits; else the heir is woken. */
const sleepingRelease: Action<System> = (m, frame, pc, lane) =>
  m.locks.waiters[m.argument(pc)].length === 0
    ? handOver(m, frame, pc - RELEASE + RELEASE_WAKE, lane)
    : pc - RELEASE + RELEASE_WAKE;

const handOver: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  const cpu = m.frameCpu[frame];
  m.task.migrateOff[task] = 0;
  m.cpu.ipiTarget[cpu] = releaseSleeping(m, m.argument(pc), task);
  return pc - RELEASE_WAKE + (m.cpu.ipiTarget[cpu] < 0 ? RELEASED : RELEASE_IPI);
};

/**
 * Steps from taking the lock to giving it up; `held` is what its owner does, `accepts` what kernel
 * code lets through.
 */
export function sleepingLock(
  name: string,
  cause: string,
  argument: number,
  accepts: number,
  costs: LockCosts,
  held: StepSpec<System>,
): Array<StepSpec<System>> {
  const step = (
    what: string,
    duration: Duration,
    mask: number,
    action: Action<System>,
  ): StepSpec<System> => ({
    name: `${name} ${what}`,
    duration,
    cause,
    accepts: mask,
    action,
    argument,
  });
  return [
    step('acquire', 'zero', accepts, sleepingAcquire),
    step('C_PI_STEP', costs.piStep, accepts, lend),
    step('C_IPI', costs.reschedIpi, 0, sendIpi),
    step('block', 'zero', 0, sleepingBlock),
    held,
    step('release', 'zero', 0, sleepingRelease),
    step('C_TTWU', costs.wakeup, 0, handOver),
    step('C_IPI of release', costs.reschedIpi, 0, sendIpi),
  ];
}
