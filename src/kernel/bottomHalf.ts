/**
 * Sections with bottom halves disabled, and what their end does.
 *
 * [S] kernel/softirq.c __local_bh_disable_ip, __local_bh_enable_ip. On RT the section holds a lock of
 * its CPU, a sleeping one with priority inheritance, and the thread that leaves it runs every pending
 * softirq itself, preemptible and at its own priority, before it gives the lock up. Without RT it runs
 * them in place, like an interrupt. Left out: nested sections.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ, type StepSpec } from '../engine/stepTable.js';
import { LEVEL_SOFTIRQ, LEVELS } from './cpu.js';
import type { Kernel } from './kernel.js';
import { BOTTOM_HALVES, type LockCosts, sleepingLock } from './sleepingLock.js';

const disable: Action<Kernel> = (k, frame, pc) => {
  k.softirq.disabled[k.frameCpu[frame]]++;
  k.task.migrateOff[frame - k.taskFrames] = 1;
  return pc + 1;
};

/** RT: the thread runs what is pending with bottom halves still off. */
const serveOnRt: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  if (k.softirq.pending[cpu] === 0) return pc + 1;
  k.softirq.returnPc[frame - k.taskFrames] = pc + 1;
  return k.softirq.enableProgram[cpu];
};

/** __local_bh_enable: the count falls, then the lock is given up. */
const enableOnRt: Action<Kernel> = (k, frame, pc) => {
  k.softirq.disabled[k.frameCpu[frame]]--;
  return pc + 1;
};

/** Without RT: in place, and the thread goes on after them. */
const enableInPlace: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const { softirq } = k;
  k.task.migrateOff[frame - k.taskFrames] = 0;
  if (--softirq.disabled[cpu] > 0 || softirq.pending[cpu] === 0) return pc + 1;
  k.framePc[frame] = pc + 1;
  k.frameRemainingNs[frame] = -1;
  k.cpu.levels[cpu] |= 1 << LEVEL_SOFTIRQ;
  k.begin(lane, cpu * LEVELS + LEVEL_SOFTIRQ, softirq.inlineProgram[cpu]);
  return -1;
};

export interface BottomHalfContext {
  readonly rt: boolean;
  /** What kernel code of this Linux lets through. */
  readonly accepts: number;
  readonly costs: LockCosts;
}

/** Steps of a section: `held` is what is done with bottom halves off. */
export function bottomHalfSection<M extends Kernel>(
  name: string,
  cause: string,
  { rt, accepts, costs }: BottomHalfContext,
  held: ReadonlyArray<StepSpec<M>>,
): Array<StepSpec<M>> {
  const step = (what: string, mask: number, action: Action<Kernel>): StepSpec<M> => ({
    name: `${name} ${what}`,
    kernelFunction: `kernel/softirq.c:__local_bh_${what === 'off' ? 'disable' : 'enable'}_ip`,
    duration: 'zero',
    cause,
    accepts: mask,
    action,
  });
  if (!rt) {
    return [step('off', ACCEPT_IRQ, disable), ...held, step('on', ACCEPT_IRQ, enableInPlace)];
  }
  return sleepingLock({ name, cause, lock: BOTTOM_HALVES, accepts, costs }, [
    step('off', accepts, disable),
    ...held,
    step('on', accepts, serveOnRt),
    step('enabled', accepts, enableOnRt),
  ]);
}
