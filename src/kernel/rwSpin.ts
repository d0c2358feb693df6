/**
 * rwlock_t without RT: readers share, writers exclude, whoever waits spins with preemption off, in
 * order of arrival. [S] kernel/locking/qrwlock.c queued_read_lock_slowpath,
 * queued_write_lock_slowpath. Left out: readers in interrupts, who pass waiting writers.
 */
import type { Action } from '../engine/program.js';
import type { StepSpec } from '../engine/stepTable.js';
import { endSpin } from './adaptiveSpin.js';
import type { Kernel } from './kernel.js';

/** A waiter: its frame, and whether it wants to write. */
const waiterOf = (frame: number, writes: boolean): number => 2 * frame + (writes ? 1 : 0);

function mayEnter(k: Kernel, lock: number, writes: boolean): boolean {
  if (k.rw.closed[lock] === 1) return false;
  return !writes || k.rw.readers[lock] === 0;
}

function enter(k: Kernel, lock: number, writes: boolean): void {
  if (writes) k.rw.closed[lock] = 1;
  else k.rw.readers[lock]++;
}

const acquire =
  (writes: boolean): Action<Kernel> =>
  (k, frame, pc) => {
    const lock = k.argument(pc);
    const waiters = k.locks.waiters[lock];
    if (waiters.length === 0 && mayEnter(k, lock, writes)) {
      enter(k, lock, writes);
      return pc + 2;
    }
    waiters.push(waiterOf(frame, writes));
    k.frameDynamicNs[frame] = Number.POSITIVE_INFINITY;
    k.pauseLoop(k.frameCpu[frame]);
    return pc + 1;
  };

/** Those who wait first, as many as may be inside together. */
function letIn(k: Kernel, lock: number): void {
  const waiters = k.locks.waiters[lock];
  while (waiters.length > 0 && mayEnter(k, lock, (waiters[0] & 1) === 1)) {
    const waiter = waiters.shift() as number;
    enter(k, lock, (waiter & 1) === 1);
    endSpin(k, waiter >> 1);
  }
}

const acquireRead = acquire(false);
const acquireWrite = acquire(true);

const releaseRead: Action<Kernel> = (k, _frame, pc) => {
  const lock = k.argument(pc);
  k.rw.readers[lock]--;
  letIn(k, lock);
  return pc + 1;
};

const releaseWrite: Action<Kernel> = (k, _frame, pc) => {
  const lock = k.argument(pc);
  k.rw.closed[lock] = 0;
  letIn(k, lock);
  return pc + 1;
};

/** Steps that take `lock`, do `held` and release it. */
export function rwSpinning<M extends Kernel>(
  of: {
    readonly name: string;
    readonly label: string;
    readonly who: string;
    readonly lock: number;
  },
  writes: boolean,
  accepts: number,
  held: StepSpec<M>,
): Array<StepSpec<M>> {
  const { name, label, who, lock: argument } = of;
  const cause = `lock ${label} of ${who}`;
  const spins = `spinning for lock ${label} by ${who}`;
  const common = { accepts, argument };
  const take = writes ? acquireWrite : acquireRead;
  const leave = writes ? releaseWrite : releaseRead;
  return [
    { ...common, name: `${name} acquire`, duration: 'zero', cause, action: take },
    { ...common, name: `${name} spin`, duration: 'dynamic', cause: spins },
    held,
    { ...common, name: `${name} release`, duration: 'zero', cause, action: leave },
  ];
}
