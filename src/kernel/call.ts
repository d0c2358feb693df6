/**
 * The call-function interrupt: work that one CPU gives another one.
 * [S] kernel/smp.c __smp_call_single_queue, generic_smp_call_function_single_interrupt;
 * kernel/irq_work.c irq_work_queue_on. Carries the push work of realtime balancing
 * (kernel/sched/rt.c rto_push_irq_work_func).
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { runCallsProgram } from './callFunction.js';
import type { Kernel } from './kernel.js';
import { tellTarget } from './rescheduleIpi.js';
import { push, pushCandidate } from './rtBalance.js';
import { nextWorkCpu, workIsHere } from './rtPull.js';

/** Steps of the interrupt, relative to the first. */
const LOOK = 3;
const PUSH = 4;
const PUSH_IPI = 5;
const PASS_ON = 6;
const EXIT = 7;

/** While something can be pushed it is; then the work goes to the next overloaded CPU. */
const look: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  const base = pc - LOOK;
  if (!workIsHere(k, cpu)) return base + EXIT;
  if (pushCandidate(k, cpu) >= 0) return base + PUSH;
  const next = nextWorkCpu(k, cpu);
  k.cpu.ipiTarget[cpu] = next;
  return base + (next >= 0 ? PASS_ON : EXIT);
};

const pushOne: Action<Kernel> = (k, frame, pc) => {
  const cpu = k.frameCpu[frame];
  k.cpu.ipiTarget[cpu] = push(k, cpu, cpu);
  return k.cpu.ipiTarget[cpu] >= 0 ? pc + 1 : pc - PUSH + LOOK;
};

const sendPushed: Action<Kernel> = (k, frame, pc, lane) =>
  tellTarget(k, frame, pc - PUSH_IPI + LOOK, lane);

const passOn: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const target = k.cpu.ipiTarget[cpu];
  k.cpu.ipiTarget[cpu] = -1;
  return k.sendCall(cpu, target, frame, pc + 1, lane);
};

export interface CallCosts {
  readonly irqEntry: Duration;
  readonly migrate: Duration;
  readonly reschedIpi: Duration;
}

/** Steps of the interrupt; `exit` are the common steps at the end of one. */
export function callProgram(
  costs: CallCosts,
  causePrefix: string,
  exit: ReadonlyArray<StepSpec<Kernel>>,
  acknowledge?: Action<Kernel>,
): Array<StepSpec<Kernel>> {
  const cause = `${causePrefix}realtime balancing`;
  const rt = 'kernel/sched/rt.c';
  const step = (
    name: string,
    kernelFunction: string,
    duration: Duration,
    action?: Action<Kernel>,
  ): StepSpec<Kernel> => ({ name, kernelFunction, duration, cause, accepts: 0, action });
  return [
    step(
      'C_HIRQ',
      'arch/x86/kernel/smp.c:sysvec_call_function_single',
      costs.irqEntry,
      acknowledge,
    ),
    ...runCallsProgram(`${causePrefix}call function`),
    step('push work', `${rt}:rto_push_irq_work_func`, 'zero', look),
    step('C_MIGRATE', `${rt}:push_rt_task`, costs.migrate, pushOne),
    step('C_IPI', 'kernel/sched/core.c:resched_curr', costs.reschedIpi, sendPushed),
    step('C_IPI', `${rt}:rto_push_irq_work_func`, costs.reschedIpi, passOn),
    ...exit,
  ];
}
