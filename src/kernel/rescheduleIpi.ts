/** The reschedule IPI that a wake-up, a push or a lent priority has asked for, as the end of a step. */
import type { Action } from '../engine/program.js';
import type { Kernel } from './kernel.js';

/** Sends it to the CPU that is kept for it, and goes on at step `next`. */
export function tellTarget(k: Kernel, frame: number, next: number, lane: number): number {
  const cpu = k.frameCpu[frame];
  const target = k.cpu.ipiTarget[cpu];
  k.cpu.ipiTarget[cpu] = -1;
  return k.sendReschedule(cpu, target, frame, next, lane);
}

/** The same, going on at the step behind. */
export const tell: Action<Kernel> = (k, frame, pc, lane) => tellTarget(k, frame, pc + 1, lane);
