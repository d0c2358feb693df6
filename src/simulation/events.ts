/**
 * Events of devices as latencies: a window opens when the event happens, follows whoever has to act
 * on it next, and closes when the thread that waits for it runs. Events that meet an open window are
 * part of it: the thread serves them together.
 */
import type { Action } from '../engine/program.js';
import type { PartLayout } from './layout.js';
import type { Measurement } from './measurements.js';
import type { System } from './system.js';

/** Device at which the events of the device of a thread that waits arrive. */
export function sourceOf(part: PartLayout, device: number): number {
  const { kernel, plan: irq, arrival } = part.devices[device];
  if (arrival || !kernel.guest) return device;
  const guest = kernel.guest.name;
  return part.devices.findIndex(
    (one) => one.plan.device?.guest === guest && one.plan.device.name === irq.name,
  );
}

/** Windows that an arrival at `device` opens. */
export function eventWindows(
  part: PartLayout,
  measurements: readonly Measurement[],
  device: number,
): number[] {
  return part.works.flatMap(({ task, what }) => {
    if (what.kind !== 'wait' || sourceOf(part, what.device) !== device) return [];
    return measurements.flatMap((one, window) => (one.task === task ? [window] : []));
  });
}

/** An event happened at a device; its path begins on the lane of the CPU that is interrupted. */
export function eventArrives(m: System, device: number): void {
  for (const window of m.measure.deviceWindows[device]) {
    m.measure.openEvent(m, window, m.cpu.lane[m.devices.cpu[device]]);
  }
}

/** Work goes to its thread: the paths of its events go on where the thread is. */
export function followWork(m: System, work: number): void {
  const windows = m.workWindows[work];
  if (windows === undefined) return;
  const lane = m.cpu.lane[m.task.cpu[m.work.task[work]]];
  for (const window of windows) m.measure.follow(m, window, lane);
}

/** The thread that waited has read its clock. */
export const eventSeen: Action<System> = (m, frame, pc) => {
  const task = frame - m.taskFrames;
  m.completions[task]++;
  if (m.measure.fromNs[m.measure.taskWindow[task]] <= m.nowNs) m.measure.closeTask(m, task);
  return pc + 1;
};
