/**
 * A mutex of user space without priority inheritance, as steps: QEMU's big lock.
 *
 * glibc nptl lowlevellock; [S] kernel/futex/waitwake.c futex_wait, futex_wake; kernel/futex/core.c
 * __futex_queue (waiters in order of priority, then of arrival). The owner frees the lock and wakes one
 * waiter, who takes it only if nobody else was faster; nobody is boosted. Left out: spinning before
 * sleeping, which QEMU's mutexes do not do, and a wake-up without a waiter.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import type { LockColumns } from '../kernel/lock.js';
import { sleep } from '../kernel/schedule.js';
import { CLASS_RT } from '../kernel/task.js';
import { wake } from '../kernel/wakeup.js';
import type { System } from './system.js';

export interface MutexCosts {
  readonly syscall: Duration;
  readonly userReturn: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
}

/** Steps before what is held, relative to the first. */
const ACQUIRE = 0;
const HELD = 4;
/** Steps after it, relative to the release. */
const WAKE = 2;
const SEND = 3;
const END = 4;

const acquire: Action<System> = (m, frame, pc) => {
  const lock = m.argument(pc);
  if (m.locks.owner[lock] >= 0) return pc - ACQUIRE + 1;
  m.locks.owner[lock] = frame - m.taskFrames;
  return pc - ACQUIRE + HELD;
};

/** futex_wait: the value is looked at once more, then the thread sleeps and tries again. */
const block: Action<System> = (m, frame, pc, lane) => {
  const lock = m.argument(pc);
  if (m.locks.owner[lock] < 0) return pc + 1;
  const task = frame - m.taskFrames;
  m.locks.waiters[lock].push(task);
  return sleep(m, task, pc + 1, lane);
};

const again: Action<System> = (_m, _frame, pc) => pc - 3;

const release: Action<System> = (m, _frame, pc) => {
  const lock = m.argument(pc);
  m.locks.owner[lock] = -1;
  return m.locks.waiters[lock].length === 0 ? pc + END : pc + 1;
};

/** The first waiter of the strongest realtime priority; all others count alike. */
export function takeFutexWaiter(m: System, lock: number): number {
  const waiters: LockColumns['waiters'][number] = m.locks.waiters[lock];
  const strength = (task: number): number =>
    m.task.class[task] === CLASS_RT
      ? m.task.priority[task]
      : m.task.class[task] < CLASS_RT
        ? 100
        : 0;
  let best = 0;
  for (let i = 1; i < waiters.length; i++) {
    if (strength(waiters[i]) > strength(waiters[best])) best = i;
  }
  const [task] = waiters.splice(best, 1);
  return task;
}

const wakeWaiter: Action<System> = (m, frame, pc) => {
  const lock = m.argument(pc);
  if (m.locks.waiters[lock].length === 0) return pc - WAKE + END;
  const cpu = m.frameCpu[frame];
  const target = wake(m, takeFutexWaiter(m, lock), cpu);
  if (target < 0) return pc - WAKE + END;
  m.cpu.ipiTarget[cpu] = target;
  return pc - WAKE + SEND;
};

const tell: Action<System> = (m, frame, pc, lane) => {
  const cpu = m.frameCpu[frame];
  const target = m.cpu.ipiTarget[cpu];
  m.cpu.ipiTarget[cpu] = -1;
  return m.sendReschedule(cpu, target, frame, pc + 1, lane);
};

/**
 * Steps that take mutex `lock`, do `held` and release it. `kernel`: what kernel code lets through;
 * `name` as in `lock bql/plc`.
 */
export function heldMutex(
  name: string,
  lock: number,
  costs: MutexCosts,
  who: string,
  kernel: number,
  held: ReadonlyArray<StepSpec<System>>,
): Array<StepSpec<System>> {
  const step = (
    what: string,
    kernelFunction: string | undefined,
    duration: Duration,
    accepts: number,
    action?: Action<System>,
  ): StepSpec<System> => ({
    name: what,
    kernelFunction,
    duration,
    cause: `${name} of ${who}`,
    accepts,
    action,
    argument: lock,
  });
  const wait = 'kernel/futex/waitwake.c:futex_wait';
  const wakeUp = 'kernel/futex/waitwake.c:futex_wake';
  const ipi = 'kernel/sched/core.c:resched_curr';
  return [
    step(`acquire ${name}`, undefined, 'zero', ACCEPT_ALL, acquire),
    step('C_SYSCALL', wait, costs.syscall, kernel),
    step('futex wait', wait, 'zero', 0, block),
    step('C_USER_RETURN', wait, costs.userReturn, kernel, again),
    ...held,
    step(`release ${name}`, undefined, 'zero', ACCEPT_ALL, release),
    step('C_SYSCALL', wakeUp, costs.syscall, kernel),
    step('C_TTWU', wakeUp, costs.wakeup, 0, wakeWaiter),
    step('C_IPI', ipi, costs.reschedIpi, 0, tell),
  ];
}
