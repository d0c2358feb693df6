/**
 * High-resolution timers: arming, on which CPU they fire, and the interrupt that expires them.
 *
 * [S] kernel/time/hrtimer.c hrtimer_start_range_ns, get_target_base, hrtimer_check_target,
 * hrtimer_interrupt, __hrtimer_init_sleeper. Left out: timer slack (a realtime thread has none),
 * the retry limit of hrtimer_interrupt.
 */
import type { Kernel } from './kernel.js';

/**
 * Queues a timer that code on `cpu` starts. Returns the CPU whose device it will fire on.
 * The caller programs the device if {@link needsProgramming} says so.
 */
export function armTimer(k: Kernel, timer: number, expiryNs: number, cpu: number): number {
  const { timers } = k;
  if (timers.queue[timer] >= 0) timers.remove(timer);
  const target = timerTarget(k, expiryNs, cpu);
  timers.add(timer, 2 * target + timers.soft[timer], expiryNs);
  return target;
}

/** Queues a timer that must stay on its CPU (HRTIMER_MODE_PINNED). */
export function armPinnedTimer(k: Kernel, timer: number, expiryNs: number, cpu: number): void {
  const { timers } = k;
  if (timers.queue[timer] >= 0) timers.remove(timer);
  timers.add(timer, 2 * cpu + timers.soft[timer], expiryNs);
}

/** get_target_base: a nohz_full CPU hands its timers to a housekeeping CPU, if that is early enough. */
function timerTarget(k: Kernel, expiryNs: number, cpu: number): number {
  if (k.cpu.nohzFull[cpu] === 0) return cpu;
  const traits = k.traitsOf(cpu);
  if (!traits.timerMigration || traits.housekeeping.length === 0) return cpu;
  let target = traits.housekeeping[0];
  if (k.cpu.isolated[cpu] === 0) {
    for (const other of traits.housekeeping) {
      if (k.cpu.current[other] !== k.cpu.idleTask[other]) {
        target = other;
        break;
      }
    }
  }
  // A remote device is never reprogrammed to an earlier time (hrtimer_check_target).
  return expiryNs >= k.timers.nextEventNs(target) ? target : cpu;
}

/** True if the timer device of `cpu` must be written because its first event moved. */
export function needsProgramming(k: Kernel, cpu: number): boolean {
  return k.timers.inInterrupt[cpu] === 0 && k.timers.nextEventNs(cpu) !== k.cpu.deviceDueNs[cpu];
}

/** Takes a timer out of its queue; true if it was queued. */
export function cancelTimer(k: Kernel, timer: number): boolean {
  if (k.timers.queue[timer] < 0) return false;
  k.timers.remove(timer);
  return true;
}
