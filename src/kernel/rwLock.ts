/**
 * Reader-writer locks (rwlock_t) as steps: many readers or one writer.
 *
 * With PREEMPT_RT [S] kernel/locking/rwbase_rt.c: a writer takes an rt_mutex, which sends new readers
 * to the same rt_mutex, and sleeps until the readers inside have left; it is lent the priority of who
 * waits for it, but nobody lends anything to readers. Without RT [S] kernel/locking/qrwlock.c: whoever
 * waits spins, preemption off, in order of arrival. rw_semaphore is the first of them on RT. Left out:
 * rw_semaphore without RT, readers in interrupts, who pass waiting writers, downgrading.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import type { Kernel } from './kernel.js';
import { tell } from './rescheduleIpi.js';
import { sleep } from './schedule.js';
import { acquireSteps, LOCK_HOLD, type LockSteps, releaseSteps } from './sleepingLock.js';
import { wake } from './wakeup.js';

/** Steps of taking and of giving up the rt_mutex: see sleepingLock.ts. */
const TAKE = LOCK_HOLD;
const GIVE = 3;
/** Steps of a reader of RT, relative to its first; `held` is one step. */
const READER_IN = 1 + TAKE + 1 + GIVE;
const READER_HELD = READER_IN + 1;
/** Steps at the end of a reader, relative to the one that leaves. */
const LEFT = 3;

export class RwColumns {
  /** Readers inside. */
  readonly readers: Int32Array;
  /** 1: a writer has the lock, or waits for the readers inside: new readers must wait (no READER_BIAS). */
  readonly closed: Uint8Array;
  /** Writer that sleeps until the readers have left; -1: none. */
  readonly writer: Int32Array;

  constructor(locks: number) {
    this.readers = new Int32Array(locks);
    this.closed = new Uint8Array(locks);
    this.writer = new Int32Array(locks).fill(-1);
  }
}

/** read_lock: in at once while no writer is there, else behind the rt_mutex. */
const tryRead: Action<Kernel> = (k, frame, pc) => {
  const lock = k.argument(pc);
  if (k.rw.closed[lock] === 1) return pc + 1;
  k.rw.readers[lock]++;
  k.task.migrateOff[frame - k.taskFrames] = 1;
  return pc + READER_HELD;
};

/** The rt_mutex is a reader's: no writer is active. */
const countReader: Action<Kernel> = (k, _frame, pc) => {
  k.rw.readers[k.argument(pc)]++;
  return pc + 1;
};

const readerIn: Action<Kernel> = (k, frame, pc) => {
  k.task.migrateOff[frame - k.taskFrames] = 1;
  return pc + 1;
};

/** read_unlock: the last reader wakes the writer that waits. */
const readerOut: Action<Kernel> = (k, frame, pc) => {
  const lock = k.argument(pc);
  k.rw.readers[lock]--;
  k.task.migrateOff[frame - k.taskFrames] = 0;
  return k.rw.readers[lock] === 0 && k.rw.writer[lock] >= 0 ? pc + 1 : pc + LEFT;
};

const wakeWriter: Action<Kernel> = (k, frame, pc) => {
  const lock = k.argument(pc);
  const cpu = k.frameCpu[frame];
  const writer = k.rw.writer[lock];
  k.rw.writer[lock] = -1;
  k.cpu.ipiTarget[cpu] = writer < 0 ? -1 : wake(k, writer, cpu);
  return k.cpu.ipiTarget[cpu] < 0 ? pc + 2 : pc + 1;
};

/** write_lock: new readers are kept out, those inside are waited for. */
const awaitReaders: Action<Kernel> = (k, frame, pc, lane) => {
  const lock = k.argument(pc);
  k.rw.closed[lock] = 1;
  if (k.rw.readers[lock] === 0) return pc + 1;
  const task = frame - k.taskFrames;
  k.rw.writer[lock] = task;
  return sleep(k, task, pc, lane);
};

const letReaders: Action<Kernel> = (k, _frame, pc) => {
  k.rw.closed[k.argument(pc)] = 0;
  return pc + 1;
};

function stepOf<M extends Kernel>(
  { name, cause, lock, accepts }: LockSteps,
  what: string,
  action: Action<Kernel>,
  duration: Duration = 'zero',
  mask = accepts,
): StepSpec<M> {
  const kernelFunction = 'kernel/locking/rwbase_rt.c:rwbase_read_lock';
  const call = what.includes('write') ? kernelFunction.replace('read', 'write') : kernelFunction;
  return {
    name: `${name} ${what}`,
    kernelFunction: call,
    duration,
    cause,
    accepts: mask,
    action,
    argument: lock,
  };
}

/** A reader of an RT kernel; `held` is what it does inside, one step. */
export function readSleeping<M extends Kernel>(
  of: LockSteps,
  held: StepSpec<M>,
): Array<StepSpec<M>> {
  return [
    stepOf(of, 'read', tryRead),
    ...acquireSteps<M>(of, true, true),
    stepOf(of, 'read counts', countReader),
    ...releaseSteps<M>(of),
    stepOf(of, 'read in', readerIn),
    held,
    stepOf(of, 'read out', readerOut, 'zero', 0),
    stepOf(of, 'C_TTWU of the writer', wakeWriter, of.costs.wakeup, 0),
    stepOf(of, 'C_IPI of the writer', tell, of.costs.reschedIpi, 0),
  ];
}

/** A writer of an RT kernel. */
export function writeSleeping<M extends Kernel>(
  of: LockSteps,
  held: StepSpec<M>,
): Array<StepSpec<M>> {
  return [
    ...acquireSteps<M>(of, true, true),
    stepOf(of, 'write waits', awaitReaders, 'zero', 0),
    held,
    stepOf(of, 'write out', letReaders, 'zero', 0),
    ...releaseSteps<M>(of),
  ];
}
