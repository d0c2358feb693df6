/**
 * The steps of a switch that balance deadline threads: pulling before it, pushing after it.
 * [S] kernel/sched/deadline.c pull_dl_task, push_dl_tasks as balance callbacks.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { endSwitch } from './contextSwitch.js';
import { CPU_PROGRAMS, PROGRAM_SWITCH } from './cpu.js';
import { deadlineCandidate, pushDeadline } from './deadlineBalance.js';
import type { Kernel } from './kernel.js';
import { tell } from './rescheduleIpi.js';

const switchProgramOf = (k: Kernel, cpu: number): number =>
  k.cpu.program[cpu * CPU_PROGRAMS + PROGRAM_SWITCH];

/** Steps of a switch that balance deadline threads, behind the others; see {@link balanceSteps}. */
export const PULL_DEADLINE = 8;
export const PUSH_DEADLINE = 9;
const PUSHED_IPI = 10;
const PUSHED_MORE = 11;

/** One thread was pulled: the next one, or the switch itself. */
const pulledOne: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  return --k.deadlineBalance.pulled[cpu] > 0 ? pc : k.deadlineBalance.afterPull[cpu];
};

const pushOne: Action<Kernel> = (k, frame) => {
  const cpu = k.frameCpu[frame];
  k.cpu.ipiTarget[cpu] = pushDeadline(k, cpu, cpu);
  const base = switchProgramOf(k, cpu);
  return base + (k.cpu.ipiTarget[cpu] >= 0 ? PUSHED_IPI : PUSHED_MORE);
};

const pushMore: Action<Kernel> = (k, frame, _pc, lane) => {
  const cpu = k.frameCpu[frame];
  const base = switchProgramOf(k, cpu);
  return deadlineCandidate(k, cpu, cpu) >= 0
    ? base + PUSH_DEADLINE
    : endSwitch(k, frame, base, lane);
};

/** The steps, which follow the others of a switch. */
export function balanceSteps(
  costs: { readonly migrate: Duration; readonly reschedIpi: Duration },
  causePrefix: string,
): Array<StepSpec<Kernel>> {
  const cause = `${causePrefix}deadline balancing`;
  const dl = 'kernel/sched/deadline.c';
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    action: Action<Kernel>,
  ): StepSpec<Kernel> => ({ name, kernelFunction, duration, cause, accepts: 0, action });
  return [
    step('C_MIGRATE', `${dl}:pull_dl_task`, costs.migrate, pulledOne),
    step('C_MIGRATE', `${dl}:push_dl_task`, costs.migrate, pushOne),
    step('C_IPI', 'kernel/sched/core.c:resched_curr', costs.reschedIpi, tell),
    step('push more', `${dl}:push_dl_tasks`, 'zero', pushMore),
  ];
}
