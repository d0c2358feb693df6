/** What an expired hrtimer of some kind does. */
import type { Kernel } from './kernel.js';

/** Runs in hard interrupt context; returns the next step of the interrupt's program. */
export type TimerHandler = (
  k: Kernel,
  subject: number,
  cpu: number,
  frame: number,
  base: number,
  lane: number,
) => number;
