/** Programs of the threads that load or disturb, and of interrupt threads. */
import type { Action } from '../engine/program.js';
import { ACCEPT_ALL, ACCEPT_IRQ, type Duration, type StepSpec } from '../engine/stepTable.js';
import { type BottomHalfContext, bottomHalfSection } from '../kernel/bottomHalf.js';
import { sleep } from '../kernel/schedule.js';
import { raiseSoftirq, SOFTIRQ_NET } from '../kernel/softirq.js';
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

/** The handler is done; its program is `threadLength` steps long and this is the last. */
export const irqThreadDone: Action<System> = (m, frame, pc, lane) => {
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

/** The handler raises its softirq: it is served when bottom halves are on again. */
const raiseInThread: Action<System> = (m, frame, pc) => {
  const device = m.argument(pc);
  if (m.devices.softirqProgram[device] >= 0) {
    m.devices.softirqRaised[device]++;
    raiseSoftirq(m, m.frameCpu[frame], SOFTIRQ_NET);
  }
  return pc + 1;
};

export interface IrqThreadContext extends BottomHalfContext {
  /** The handler was forced into its thread; one that asked for it runs with interrupts on. */
  readonly forced: boolean;
}

/**
 * Program of `irq/N-name` ([S] kernel/irq/manage.c irq_thread, irq_forced_thread_fn): the handler
 * with bottom halves off (a forced one of a kernel without RT with interrupts off as well), then
 * whatever softirqs are pending, in its own context. `after`: what its handler passes on.
 */
export function irqThreadProgram(
  device: number,
  run: Duration,
  cause: string,
  context: IrqThreadContext,
  after: ReadonlyArray<StepSpec<System>>,
): Array<StepSpec<System>> {
  const { rt, forced, accepts } = context;
  const handler: StepSpec<System> = {
    name: 'irq thread',
    kernelFunction: 'kernel/irq/manage.c:irq_forced_thread_fn',
    duration: run,
    cause,
    accepts: rt ? accepts : forced ? 0 : ACCEPT_IRQ,
    action: raiseInThread,
    argument: device,
  };
  return [
    ...bottomHalfSection('irq thread', cause, context, [handler, ...after]),
    {
      name: 'irq thread done',
      kernelFunction: 'kernel/irq/manage.c:irq_wait_for_interrupt',
      duration: 'zero',
      cause,
      accepts: 0,
      action: irqThreadDone,
      argument: device,
    },
  ];
}
