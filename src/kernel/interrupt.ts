/**
 * Interrupts of a CPU: arrival, order of pending ones, entry, exit.
 *
 * [S] kernel/softirq.c irq_exit_rcu, kernel/entry/common.c irqentry_exit. Hard interrupts never
 * nest: what arrives while interrupts are off is latched and taken in vector order when they are on
 * again. Left out: priorities within a vector class, spurious interrupts.
 */
import { ACCEPT_IRQ, ACCEPT_RESCHED } from '../engine/stepTable.js';
import {
  CPU_PROGRAMS,
  IRQ_CALL,
  IRQ_DEVICE,
  IRQ_POSTED,
  IRQ_POSTED_WAKEUP,
  IRQ_RESCHEDULE,
  IRQ_TIMER,
  LEVEL_IRQ,
  LEVEL_SOFTIRQ,
  LEVEL_SWITCH,
  LEVELS,
  PROGRAM_CALL_IRQ,
  PROGRAM_POSTED_IRQ,
  PROGRAM_POSTED_WAKEUP_IRQ,
  PROGRAM_RESCHEDULE_IRQ,
  PROGRAM_TIMER_IRQ,
} from './cpu.js';
import { takeDevice } from './device.js';
import type { Kernel } from './kernel.js';
import { schedule } from './schedule.js';

/**
 * An interrupt becomes pending at a CPU. Called by events and by other lanes, never by the program
 * that the CPU itself is executing.
 */
export function raiseIrq(k: Kernel, cpu: number, bit: number): void {
  k.cpu.pendingIrq[cpu] |= bit;
  k.attention[cpu] |= ACCEPT_IRQ;
  const lane = k.cpu.lane[cpu];
  const frame = k.laneFrame[lane];
  const running = k.frameCpu[frame];
  if (running === cpu) {
    if ((k.accepts(k.framePc[frame]) & ACCEPT_IRQ) !== 0) {
      k.pause(lane);
      startIrq(k, cpu, lane);
    }
  } else if (cpu === lane) {
    k.leaveGuestForInterrupt(lane, running);
  }
}

/** A frame cannot go on: its CPU has a pending interrupt or must reschedule. */
export function attend(k: Kernel, lane: number, frame: number): void {
  const cpu = k.frameCpu[frame];
  if ((k.attention[cpu] & k.accepts(k.framePc[frame]) & ACCEPT_IRQ) !== 0) startIrq(k, cpu, lane);
  else schedule(k, cpu, lane);
}

/** Frame of the interrupt level of a CPU. */
export function irqFrame(cpu: number): number {
  return cpu * LEVELS + LEVEL_IRQ;
}

/** Begins the handler of the first pending interrupt; whatever ran has been paused. */
export function startIrq(k: Kernel, cpu: number, lane: number): void {
  const idle = k.cpu.levels[cpu] === 0 && k.cpu.current[cpu] === k.cpu.idleTask[cpu];
  k.cpu.levels[cpu] |= 1 << LEVEL_IRQ;
  const frame = cpu * LEVELS + LEVEL_IRQ;
  if (idle) k.restartIdle(cpu);
  const wakeUp = idle ? k.sleepExitProgram(cpu) : -1;
  k.begin(lane, frame, wakeUp >= 0 ? wakeUp : takeIrq(k, cpu));
}

/** Removes the first pending interrupt in vector order; returns the first step of its handler. */
export function takeIrq(k: Kernel, cpu: number): number {
  const pending = k.cpu.pendingIrq[cpu];
  let left: number;
  let program: number;
  if ((pending & IRQ_RESCHEDULE) !== 0) {
    left = pending & ~IRQ_RESCHEDULE;
    program = k.cpu.program[cpu * CPU_PROGRAMS + PROGRAM_RESCHEDULE_IRQ];
  } else if ((pending & RARE_IRQS) !== 0) {
    const bit = firstRareIrq(pending);
    left = pending & ~bit;
    program = k.cpu.program[cpu * CPU_PROGRAMS + RARE_PROGRAMS[bit]];
  } else if ((pending & IRQ_TIMER) !== 0) {
    left = pending & ~IRQ_TIMER;
    program = k.cpu.program[cpu * CPU_PROGRAMS + PROGRAM_TIMER_IRQ];
  } else {
    const device = takeDevice(k.devices, cpu);
    k.cpu.irqSubject[cpu] = device;
    left = k.devices.pendingCount[cpu] > 0 ? pending : pending & ~IRQ_DEVICE;
    program = k.devices.program[device];
  }
  k.cpu.pendingIrq[cpu] = left;
  if (left === 0) k.attention[cpu] &= ~ACCEPT_IRQ;
  return program;
}

/** Vectors between the reschedule IPI and the local timer. */
const RARE_IRQS = IRQ_CALL | IRQ_POSTED | IRQ_POSTED_WAKEUP;

const RARE_PROGRAMS: Readonly<Record<number, number>> = {
  [IRQ_CALL]: PROGRAM_CALL_IRQ,
  [IRQ_POSTED]: PROGRAM_POSTED_IRQ,
  [IRQ_POSTED_WAKEUP]: PROGRAM_POSTED_WAKEUP_IRQ,
};

function firstRareIrq(pending: number): number {
  if ((pending & IRQ_CALL) !== 0) return IRQ_CALL;
  return (pending & IRQ_POSTED) !== 0 ? IRQ_POSTED : IRQ_POSTED_WAKEUP;
}

/** Goes on with whatever the CPU was doing: its strongest level in progress, else its thread. */
export function resumeCpu(k: Kernel, cpu: number, lane: number): void {
  const levels = k.cpu.levels[cpu];
  if (levels !== 0) {
    const level =
      (levels & (1 << LEVEL_IRQ)) !== 0
        ? LEVEL_IRQ
        : (levels & (1 << LEVEL_SOFTIRQ)) !== 0
          ? LEVEL_SOFTIRQ
          : LEVEL_SWITCH;
    k.resume(lane, cpu * LEVELS + level);
    return;
  }
  const task = k.cpu.current[cpu];
  const vcpu = k.task.vcpu[task];
  if (vcpu >= 0 && k.cpu.inGuest[vcpu] === 1) resumeCpu(k, vcpu, lane);
  else k.resume(lane, k.taskFrames + task);
}

/**
 * A CPU interrupts itself (irq_work_queue): it looks at its queue and its tick before it goes on.
 * An interrupt that it is in does so anyway.
 */
export function kickSelf(k: Kernel, cpu: number): void {
  if ((k.cpu.levels[cpu] & (1 << LEVEL_IRQ)) !== 0) return;
  k.cpu.pendingIrq[cpu] |= IRQ_RESCHEDULE;
  k.attention[cpu] |= ACCEPT_IRQ;
}

/** Tells a CPU to reschedule; true if it has to be told by an IPI. */
export function setReschedule(k: Kernel, cpu: number, fromCpu: number): boolean {
  if ((k.attention[cpu] & ACCEPT_RESCHED) !== 0) return false;
  k.attention[cpu] |= ACCEPT_RESCHED;
  if (cpu === fromCpu) return false;
  const idle = k.cpu.levels[cpu] === 0 && k.cpu.current[cpu] === k.cpu.idleTask[cpu];
  if (!idle || k.cpu.idleSeesFlag[cpu] === 0) return true;
  const lane = k.cpu.lane[cpu];
  const frame = k.laneFrame[lane];
  if (k.frameCpu[frame] === cpu && (k.accepts(k.framePc[frame]) & ACCEPT_RESCHED) !== 0) {
    k.noticedFlag(lane);
    k.pause(lane);
    schedule(k, cpu, lane);
  }
  return false;
}
