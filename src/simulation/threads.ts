/** Programs of the threads that load or disturb, and of interrupt threads. */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, type Duration, type StepSpec } from '../engine/stepTable.js';
import { sleep } from '../kernel/schedule.js';
import type { ActivationCosts } from './activation.js';
import { activationDone, sleepSteps, wakeSteps } from './activation.js';
import { kernelCode, type SectionContext } from './sections.js';
import type { System } from './system.js';

/** Program of a thread that sleeps, computes, runs its sections and sleeps again. */
export function loadThreadProgram(
  start: number,
  run: Duration,
  sections: readonly StepSpec<System>[],
  costs: ActivationCosts,
  context: SectionContext,
): Array<StepSpec<System>> {
  const kernel = kernelCode(context.preemptible);
  const { who: cause } = context;
  return [
    ...wakeSteps(costs, cause, kernel),
    { name: 'run', duration: run, cause, accepts: ACCEPT_ALL },
    ...sections,
    {
      name: 'activation done',
      duration: 'zero',
      cause,
      accepts: ACCEPT_ALL,
      action: activationDone,
      argument: start,
    },
    ...sleepSteps(costs, cause, kernel, start),
  ];
}

/** Program of a thread that never sleeps. */
export function busyProgram(cause: string): Array<StepSpec<System>> {
  return [{ name: 'busy', duration: 'dynamic', cause, accepts: ACCEPT_ALL }];
}

const irqThreadDone: Action<System> = (m, frame, pc, lane) => {
  const device = m.argument(pc);
  const task = frame - m.taskFrames;
  const { devices } = m;
  const start = pc - (devices.threadLength[device] - 1);
  if (devices.threadPending[device] > 0) {
    devices.threadPending[device] = 0;
    return start;
  }
  return sleep(m, task, start, lane);
};

/**
 * Program of `irq/N-name` ([S] kernel/irq/manage.c irq_thread): the handler with bottom halves off,
 * then the softirqs it raised, in its own context and at its own priority.
 */
export function irqThreadProgram(
  device: number,
  run: Duration,
  softirq: Duration | undefined,
  cause: string,
  preemptible: boolean,
): Array<StepSpec<System>> {
  const accepts = kernelCode(preemptible);
  const steps: Array<StepSpec<System>> = [
    {
      name: 'irq thread',
      kernelFunction: 'kernel/irq/manage.c:irq_forced_thread_fn',
      duration: run,
      cause,
      accepts,
    },
  ];
  if (softirq !== undefined) {
    steps.push({
      name: 'softirq in irq thread',
      kernelFunction: 'kernel/softirq.c:__local_bh_enable_ip',
      duration: softirq,
      cause: `softirq of ${cause}`,
      accepts,
    });
  }
  steps.push({
    name: 'irq thread done',
    kernelFunction: 'kernel/irq/manage.c:irq_wait_for_interrupt',
    duration: 'zero',
    cause,
    accepts: 0,
    action: irqThreadDone,
    argument: device,
  });
  return steps;
}
