/**
 * stop_machine: the stopper threads of all CPUs, the strongest threads there are, gather with
 * preemption off; when the last one has come all turn interrupts off, and when the last one has done
 * that the function runs on one of them while the others spin.
 *
 * [M] kernel/stop_machine.c multi_cpu_stop (MULTI_STOP_PREPARE, DISABLE_IRQ, RUN). CPU hotplug and
 * late microcode loading are this with a longer function. Left out: who asks for it.
 */
import type { Action } from '../engine/program.js';
import { ACCEPT_IRQ, type StepSpec } from '../engine/stepTable.js';
import { strayOn } from './affinity.js';
import type { Kernel } from './kernel.js';
import { enqueue } from './runQueue.js';
import { sleep } from './schedule.js';

export class StopColumns {
  /** Stopper thread (migration/N) of a CPU; -1: none. */
  readonly stopper: Int32Array;
  /** First step of moving threads away; see affinity.ts. */
  readonly migrateProgram: Int32Array;
  /** Thread whose move a thread waits for, by thread; -1: none. */
  readonly awaits: Int32Array;
  /** How many have gathered, and how many of them have interrupts off. */
  gathered = 0;
  quiet = 0;
  /** How many take part. */
  total = 0;
  /** Source of the function's duration. */
  runCost = -1;

  constructor(cpus: number, tasks: number) {
    this.awaits = new Int32Array(tasks).fill(-1);
    this.stopper = new Int32Array(cpus).fill(-1);
    this.migrateProgram = new Int32Array(cpus);
  }
}

/** Steps of a stopper, relative to the first. */
const QUIET = 2;

/** Begins a stop on the CPUs that have a stopper; nothing happens while one is on its way. */
export function beginStop(k: Kernel, runCost: number): void {
  const { stop } = k;
  if (stop.total > 0) return;
  stop.runCost = runCost;
  stop.gathered = 0;
  stop.quiet = 0;
  for (let cpu = 0; cpu < k.lanes; cpu++) if (stop.stopper[cpu] >= 0) stop.total++;
  for (let cpu = 0; cpu < k.lanes; cpu++) {
    const task = stop.stopper[cpu];
    // One that moves threads just now joins when it has done that.
    if (task < 0 || k.task.runnable[task] === 1) continue;
    k.task.runnable[task] = 1;
    enqueue(k, task, false);
    k.rescheduleFromEvent(cpu);
  }
}

/** What a stopper waits for is over in `ns`; it may be interrupted right now. */
function endWait(k: Kernel, task: number, ns: number): void {
  const frame = k.taskFrames + task;
  const lane = k.frameCpu[frame];
  k.frameDynamicNs[frame] = ns;
  if (k.laneFrame[lane] === frame) k.endSegmentAt(lane, k.nowNs + ns);
  else if (k.frameRemainingNs[frame] >= 0) k.frameRemainingNs[frame] = ns;
}

function endOthers(k: Kernel, frame: number, ns: number): void {
  for (let cpu = 0; cpu < k.lanes; cpu++) {
    const task = k.stop.stopper[cpu];
    if (task >= 0 && k.taskFrames + task !== frame) endWait(k, task, ns);
  }
}

const gather: Action<Kernel> = (k, frame, pc) => {
  if (++k.stop.gathered < k.stop.total) {
    k.frameDynamicNs[frame] = Number.POSITIVE_INFINITY;
    return pc + 1;
  }
  endOthers(k, frame, 0);
  return pc + QUIET;
};

const quiet: Action<Kernel> = (k, frame, pc) => {
  if (++k.stop.quiet < k.stop.total) {
    k.frameDynamicNs[frame] = Number.POSITIVE_INFINITY;
    return pc + 1;
  }
  const runNs = k.costs.draw(k.stop.runCost);
  endOthers(k, frame, runNs);
  k.frameDynamicNs[frame] = runNs;
  return pc + 1;
};

const leave: Action<Kernel> = (k, frame, pc, lane) => {
  k.stop.total--;
  const cpu = k.frameCpu[frame];
  if (strayOn(k, cpu) >= 0) return k.stop.migrateProgram[cpu];
  return sleep(k, frame - k.taskFrames, k.argument(pc), lane);
};

/** Program of a stopper that begins at step `start`. */
export function stopperProgram(start: number): Array<StepSpec<Kernel>> {
  const cause = 'stop_machine';
  const step = (
    name: string,
    duration: 'zero' | 'dynamic',
    accepts: number,
    action?: Action<Kernel>,
  ): StepSpec<Kernel> => ({
    name,
    kernelFunction: 'kernel/stop_machine.c:multi_cpu_stop',
    duration,
    cause,
    accepts,
    action,
    argument: start,
  });
  return [
    step('gather', 'zero', ACCEPT_IRQ, gather),
    step('wait for the others', 'dynamic', ACCEPT_IRQ),
    step('irqs off', 'zero', 0, quiet),
    step('stopped', 'dynamic', 0),
    step('leave', 'zero', 0, leave),
  ];
}
