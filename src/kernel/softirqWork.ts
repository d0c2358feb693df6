/**
 * Softirq work: the steps of an executor, be it the interrupted context, ksoftirqd,
 * ktimers or a thread at local_bh_enable.
 * [S] kernel/softirq.c handle_softirqs; kernel/time/hrtimer.c hrtimer_run_softirq.
 */

import type { Action } from '../engine/program.js';
import { LEVEL_SOFTIRQ, LEVELS } from './cpu.js';
import { needsProgramming } from './hrtimer.js';
import { TIMER_WAKE } from './hrtimerQueue.js';
import { resumeCpu } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { takeCallbacks } from './rcu.js';
import { tellTarget } from './rescheduleIpi.js';
import { sleep } from './schedule.js';
import { SOFTIRQ_HRTIMER, SOFTIRQ_NET, SOFTIRQ_RCU, SOFTIRQ_TIMER } from './softirq.js';
import { beginPass, passIsOver, raisedOn, restartPass } from './softirqPass.js';
import { wake, wakeSleeper } from './wakeup.js';

/** Steps of an executor, relative to its first. */
const SELECT = 0;
const CALLBACK = 1;
const WAKEUP = 2;
const SEND_IPI = 3;
/** Steps of every executor; what a daemon of RT does after them follows. */
export const EXECUTOR_STEPS = 8;

/** Picks the next piece of softirq work of an executor, or ends. */
function selectWork(k: Kernel, cpu: number, base: number, frame: number, lane: number): number {
  const { softirq, timers } = k;
  if (passIsOver(k, cpu, softirq.pending[cpu]) && !restartPass(k, cpu)) {
    return giveUp(k, cpu, base, frame, lane);
  }
  const pending = softirq.pending[cpu] & softirq.pass[cpu];
  if ((pending & SOFTIRQ_TIMER) !== 0) {
    softirq.pending[cpu] &= ~SOFTIRQ_TIMER;
    return selectWork(k, cpu, base, frame, lane);
  }
  if ((pending & SOFTIRQ_NET) !== 0) {
    const { devices } = k;
    for (let device = 0; device < devices.cpu.length; device++) {
      if (devices.cpu[device] !== cpu || devices.softirqRaised[device] === 0) continue;
      devices.softirqRaised[device]--;
      softirq.passWork[cpu]--;
      if (raisedOn(k, cpu) === 0) softirq.pending[cpu] &= ~SOFTIRQ_NET;
      const inline = base === softirq.inlineProgram[cpu];
      return inline ? devices.inlineSoftirqProgram[device] : devices.softirqProgram[device];
    }
    softirq.pending[cpu] &= ~SOFTIRQ_NET;
    return selectWork(k, cpu, base, frame, lane);
  }
  if ((pending & SOFTIRQ_HRTIMER) !== 0) {
    if (timers.firstExpiryNs[2 * cpu + 1] <= k.nowNs) {
      const timer = timers.first(2 * cpu + 1);
      timers.remove(timer);
      k.frameSubject[frame] = timer;
      return base + CALLBACK;
    }
    softirq.pending[cpu] &= ~SOFTIRQ_HRTIMER;
    timers.softRaised[cpu] = 0;
    return selectWork(k, cpu, base, frame, lane);
  }
  if ((pending & SOFTIRQ_RCU) !== 0) {
    softirq.pending[cpu] &= ~SOFTIRQ_RCU;
    k.frameDynamicNs[frame] = takeCallbacks(k, cpu);
    const inline = base === softirq.inlineProgram[cpu];
    return inline ? k.rcu.inlineProgram[cpu] : k.rcu.softirqProgram[cpu];
  }
  return endSoftirq(k, cpu, base, frame, lane);
}

/** The rest is ksoftirqd's (wakeup_softirqd); ksoftirqd itself lets others run before it goes on. */
function giveUp(k: Kernel, cpu: number, base: number, frame: number, lane: number): number {
  if (base !== k.softirq.ksoftirqdProgram[cpu]) {
    const runs = k.task.runnable[k.softirq.ksoftirqd[cpu]] === 1;
    return runs ? endSoftirq(k, cpu, base, frame, lane) : base + WAKE_DAEMON;
  }
  if (k.traitsOf(cpu).rt) return endSoftirq(k, cpu, base, frame, lane);
  k.softirq.disabled[cpu]--;
  return base + YIELD;
}

function endSoftirq(k: Kernel, cpu: number, base: number, frame: number, lane: number): number {
  const { softirq } = k;
  if (k.frameSubject[frame] !== -2 && needsProgramming(k, cpu)) {
    // Soft timers may be first again: the device is written before leaving.
    k.frameSubject[frame] = -2;
    return base + REPROGRAM;
  }
  k.frameSubject[frame] = -1;
  if (base === softirq.inlineProgram[cpu]) {
    k.cpu.levels[cpu] &= ~(1 << LEVEL_SOFTIRQ);
    resumeCpu(k, cpu, lane);
    return -1;
  }
  if (base === softirq.enableProgram[cpu]) return softirq.returnPc[frame - k.taskFrames];
  softirq.disabled[cpu]--;
  if (k.traitsOf(cpu).rt) return base + EXECUTOR_STEPS;
  return sleep(k, frame - k.taskFrames, base, lane);
}
const REPROGRAM = 4;

const executorBase = (k: Kernel, frame: number, cpu: number): number => {
  const { softirq } = k;
  if (frame === cpu * LEVELS + LEVEL_SOFTIRQ) return softirq.inlineProgram[cpu];
  const task = frame - k.taskFrames;
  if (task === softirq.ktimers[cpu]) return softirq.ktimersProgram[cpu];
  return task === softirq.ksoftirqd[cpu]
    ? softirq.ksoftirqdProgram[cpu]
    : softirq.enableProgram[cpu];
};

/** Softirqs begin. A CPU serves them in one context at a time. */
export const select: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const { softirq } = k;
  const base = pc - SELECT;
  if (!k.traitsOf(cpu).rt && base !== softirq.inlineProgram[cpu]) softirq.disabled[cpu]++;
  softirq.rounds[cpu] = 0;
  softirq.startedNs[cpu] = k.nowNs;
  beginPass(k, cpu);
  return selectWork(k, cpu, base, frame, lane);
};

/** wakeup_softirqd is paid for. */
export const wakeDaemon: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  wake(k, k.softirq.ksoftirqd[cpu], cpu);
  return endSoftirq(k, cpu, pc - WAKE_DAEMON, frame, lane);
};
const WAKE_DAEMON = 7;

/** cond_resched of run_ksoftirqd is behind. */
export const goOn: Action<Kernel> = (_k, _frame, pc) => pc - YIELD + SELECT;
const YIELD = 6;

export const softTimer: Action<Kernel> = (k, frame, pc, lane) => {
  const timer = k.frameSubject[frame];
  const kind = k.timers.kind[timer];
  if (kind === TIMER_WAKE) return pc + 1;
  const subject = k.timers.subject[timer];
  return k.timerHandlers[kind](k, subject, k.frameCpu[frame], frame, pc - CALLBACK, lane);
};

/** Goes on after a timer's handler that ran in softirq context. */
export function afterSoftTimer(k: Kernel, frame: number, ipiTarget: number, lane: number): number {
  const cpu = k.frameCpu[frame];
  const base = executorBase(k, frame, cpu);
  k.frameSubject[frame] = -1;
  if (ipiTarget < 0) return selectWork(k, cpu, base, frame, lane);
  k.cpu.ipiTarget[cpu] = ipiTarget;
  return base + SEND_IPI;
}

export const wakeSoft: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const target = wakeSleeper(k, k.frameSubject[frame], cpu);
  k.frameSubject[frame] = -1;
  if (target < 0) return selectWork(k, cpu, pc - WAKEUP, frame, lane);
  k.cpu.ipiTarget[cpu] = target;
  return pc + 1;
};

export const sendSoft: Action<Kernel> = (k, frame, pc, lane) =>
  tellTarget(k, frame, pc - SEND_IPI + FINISH, lane);

export const programTimer: Action<Kernel> = (k, frame, pc, lane) =>
  k.programTimer(k.frameCpu[frame], frame, pc + 1, lane);

export const finish: Action<Kernel> = (k, frame, pc, lane) =>
  selectWork(k, k.frameCpu[frame], pc - FINISH, frame, lane);
const FINISH = 5;

/** After a device's softirq work. */
export const deviceSoftirqDone: Action<Kernel> = (k, frame, _pc, lane) => {
  const cpu = k.frameCpu[frame];
  return selectWork(k, cpu, executorBase(k, frame, cpu), frame, lane);
};
