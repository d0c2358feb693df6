/**
 * The timer interrupt: expires what is due, wakes, and programs the device.
 * [S] kernel/time/hrtimer.c hrtimer_interrupt, __run_hrtimer. Left out: the retry limit of
 * hrtimer_interrupt and the delay it forces.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { TIMER_WAKE } from './hrtimerQueue.js';
import type { Kernel } from './kernel.js';
import { raiseSoftirq, SOFTIRQ_HRTIMER } from './softirq.js';
import { wakeSleeper } from './wakeup.js';

/** Offsets of the steps in the timer interrupt's program. */
const INTERRUPT = 1;
const CALLBACK = 2;
const WAKEUP = 3;
const SEND_IPI = 4;
const PROGRAM = 5;

/** hrtimer_interrupt: expires what is due, in order, then programs the device. */
function expireNext(k: Kernel, cpu: number, base: number): number {
  const { timers } = k;
  if (timers.softRaised[cpu] === 0 && timers.firstExpiryNs[2 * cpu + 1] <= k.nowNs) {
    timers.softRaised[cpu] = 1;
    raiseSoftirq(k, cpu, SOFTIRQ_HRTIMER);
  }
  if (timers.firstExpiryNs[2 * cpu] <= k.nowNs) {
    const timer = timers.first(2 * cpu);
    timers.remove(timer);
    k.cpu.irqSubject[cpu] = timer;
    return base + CALLBACK;
  }
  timers.inInterrupt[cpu] = 0;
  return base + PROGRAM;
}

export const beginTimerInterrupt: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  k.timers.inInterrupt[cpu] = 1;
  k.cpu.deviceDueNs[cpu] = Number.POSITIVE_INFINITY;
  return expireNext(k, cpu, pc - INTERRUPT);
};

/** What an expired timer does; a wake-up costs steps of its own. */
export const runTimer: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const timer = k.cpu.irqSubject[cpu];
  const base = pc - CALLBACK;
  const kind = k.timers.kind[timer];
  if (kind === TIMER_WAKE) return base + WAKEUP;
  return k.timerHandlers[kind](k, k.timers.subject[timer], cpu, frame, base, lane);
};

/** Answers of a timer's handler: continue expiring, or send the IPI in `ipiTarget` first. */
export function afterTimer(k: Kernel, cpu: number, base: number, ipiTarget: number): number {
  if (ipiTarget < 0) return expireNext(k, cpu, base);
  k.cpu.ipiTarget[cpu] = ipiTarget;
  return base + SEND_IPI;
}

/** Answer of a timer's handler: wake the thread that is the timer's subject. */
export function wakeSubjectOfTimer(base: number): number {
  return base + WAKEUP;
}

/** try_to_wake_up of the thread whose timer expired. */
export const wakeTimerSubject: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  const target = wakeSleeper(k, k.cpu.irqSubject[cpu], cpu);
  if (target < 0) return expireNext(k, cpu, pc - WAKEUP);
  k.cpu.ipiTarget[cpu] = target;
  return pc + 1;
};

/** Sends the reschedule IPI that the wake-up asked for, then goes on expiring. */
export const sendIpiAndExpire: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const target = k.cpu.ipiTarget[cpu];
  k.cpu.ipiTarget[cpu] = -1;
  const after = expireNext(k, cpu, pc - SEND_IPI);
  return k.sendReschedule(cpu, target, frame, after, lane);
};

/** The device is written; anything that expired meanwhile is served before leaving. */
export const programAfterInterrupt: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  if (k.timers.nextEventNs(cpu) <= k.nowNs) {
    k.timers.inInterrupt[cpu] = 1;
    return expireNext(k, cpu, pc - PROGRAM);
  }
  return k.programTimer(cpu, frame, pc + 1, lane);
};

/** Steps of the timer interrupt; `exit` are the common steps at the end of an interrupt. */
export function timerIrqProgram(
  costs: TimerIrqCosts,
  causePrefix: string,
  exit: ReadonlyArray<StepSpec<Kernel>>,
  acknowledge?: Action<Kernel>,
): Array<StepSpec<Kernel>> {
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    cause: string,
    action?: Action<Kernel>,
  ): StepSpec<Kernel> => ({
    name,
    kernelFunction,
    duration,
    cause: causePrefix + cause,
    accepts: 0,
    action,
  });
  return [
    step(
      'C_HIRQ',
      'arch/x86/kernel/apic/apic.c:sysvec_apic_timer_interrupt',
      costs.irqEntry,
      'irq entry',
      acknowledge,
    ),
    step(
      'C_HRT_IRQ',
      'kernel/time/hrtimer.c:hrtimer_interrupt',
      costs.hrtimerInterrupt,
      'hrtimer interrupt',
      beginTimerInterrupt,
    ),
    step(
      'C_HRCB',
      'kernel/time/hrtimer.c:__run_hrtimer',
      costs.hrtimerCallback,
      'hrtimer interrupt',
      runTimer,
    ),
    step('C_TTWU', 'kernel/sched/core.c:try_to_wake_up', costs.wakeup, 'wake-up', wakeTimerSubject),
    step(
      'C_IPI',
      'arch/x86/kernel/smp.c:native_smp_send_reschedule',
      costs.reschedIpi,
      'wake-up',
      sendIpiAndExpire,
    ),
    step(
      'C_CLKEVT_PROG',
      'kernel/time/tick-oneshot.c:tick_program_event',
      costs.clockeventProgram,
      'timer reprogramming',
      programAfterInterrupt,
    ),
    ...exit,
  ];
}

export interface TimerIrqCosts {
  readonly irqEntry: Duration;
  readonly hrtimerInterrupt: Duration;
  readonly hrtimerCallback: Duration;
  readonly wakeup: Duration;
  readonly reschedIpi: Duration;
  readonly clockeventProgram: Duration;
}
