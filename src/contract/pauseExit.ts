/** PAUSE-loop exits of guests whose threads poll or spin. Source: vmx.c handle_pause of 6.12, as in src/kvm. */
import type { GuestPlan } from '../plan/normalized.js';
import { type Figure, NO_TIME, sum } from './figure.js';
import { spinsForOwners } from './locks.js';
import { kvmFigure, type Surroundings } from './surroundings.js';
import { exitFigures } from './vcpuExits.js';

/**
 * A PAUSE-loop exit of a guest that polls when idle, or whose threads spin for the owner of a sleeping
 * lock: an interrupt may meet it, and so may the hand-over of the lock. A thread that spins for a
 * spinning lock of another vCPU has no bound anyway (locks.ts).
 */
export function pauseExit(around: Surroundings, guest: GuestPlan, pcpu: number): Figure {
  if (!guest.pauseExits) return NO_TIME;
  const instance = { name: guest.name, kernel: guest.kernel, guest };
  if (guest.kernel.idle.kind !== 'poll' && !spinsForOwners(around, instance)) return NO_TIME;
  const { exit, runLoop } = exitFigures(around, pcpu);
  return sum(exit, kvmFigure(around, 'handleExit'), kvmFigure(around, 'pauseExit'), runLoop);
}
