/**
 * The scheduler: which thread a CPU runs next, and the switch to it.
 *
 * [S] kernel/sched/core.c __schedule, pick_next_task, context_switch. The choice is made when the
 * switch begins; a stronger thread that becomes ready during the switch waits for its end (D_ST).
 */
import { ACCEPT_RESCHED } from '../engine/stepTable.js';
import { leaveSpin } from './adaptiveSpin.js';
import { PROGRAM_DEVICE, PULL_IPI } from './contextSwitch.js';
import { CPU_PROGRAMS, LEVEL_SWITCH, LEVELS, PROGRAM_SWITCH } from './cpu.js';
import { balancesDeadlines, pullDeadline } from './deadlineBalance.js';
import { PULL_DEADLINE } from './deadlineSteps.js';
import { needsProgramming } from './hrtimer.js';
import type { Kernel } from './kernel.js';
import { balances, waits } from './rtBalance.js';
import { nothingStronger, pullTarget } from './rtPull.js';
import { account, dequeue, pickNext } from './runQueue.js';
import { startTick, updateTick } from './tick.js';

/** Runs the scheduler on a CPU whose thread has been paused or has blocked. */
export function schedule(k: Kernel, cpu: number, lane: number): void {
  const { cpu: cpus } = k;
  const previous = cpus.current[cpu];
  if (previous === cpus.idleTask[cpu]) {
    // do_idle: the next time it idles it chooses its C-state anew.
    k.restartIdle(cpu);
    const wakeUp = k.sleepExitProgram(cpu);
    if (wakeUp >= 0) {
      cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
      k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, wakeUp);
      return;
    }
  }
  if (k.locks.spinning > 0) leaveSpin(k, previous);
  account(k, cpu);
  k.attention[cpu] &= ~ACCEPT_RESCHED;
  const pulled = balancesDeadlines(k, cpu) ? pullDeadline(k, cpu, previous) : 0;
  const following = pickNext(k, cpu);
  const program = cpus.program[cpu * CPU_PROGRAMS + PROGRAM_SWITCH];
  const pullFrom = balances(k, cpu) && nothingStronger(k, cpu, previous) ? pullTarget(k, cpu) : -1;
  if (pullFrom >= 0) cpus.ipiTarget[cpu] = pullFrom;
  if (following === previous) {
    updateTick(k, cpu, false);
    if (pullFrom >= 0 || needsProgramming(k, cpu)) {
      cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
      const first = program + (pullFrom >= 0 ? PULL_IPI : PROGRAM_DEVICE);
      k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, first);
    } else {
      k.resume(lane, k.taskFrames + previous);
    }
    return;
  }
  if (
    k.task.runnable[previous] === 1 &&
    k.task.ranNs[previous] > 0 &&
    previous !== cpus.idleTask[cpu]
  ) {
    k.preemptions++;
  }
  if (k.task.runnable[previous] === 1 && balances(k, cpu)) waits(k, previous);
  if (k.coldCaches) k.threadLeaves(cpu, previous);
  if (k.tick.startsAfterIdle[cpu] === 1 && previous === cpus.idleTask[cpu]) startTick(k, cpu);
  k.switches++;
  k.task.switchedOut[previous] = 1;
  cpus.switchingTo[cpu] = following;
  cpus.levels[cpu] |= 1 << LEVEL_SWITCH;
  const first = pullFrom >= 0 ? program + PULL_IPI : program;
  k.deadlineBalance.pulled[cpu] = pulled;
  k.deadlineBalance.afterPull[cpu] = first;
  k.begin(lane, cpu * LEVELS + LEVEL_SWITCH, pulled > 0 ? program + PULL_DEADLINE : first);
}

/** The current thread of a CPU stops being runnable; it continues at step `pc` when woken. */
export function sleep(k: Kernel, task: number, pc: number, lane: number): number {
  const frame = k.taskFrames + task;
  k.framePc[frame] = pc;
  k.frameRemainingNs[frame] = -1;
  const cpu = k.task.cpu[task];
  account(k, cpu);
  dequeue(k, task);
  k.task.runnable[task] = 0;
  schedule(k, cpu, lane);
  return -1;
}
