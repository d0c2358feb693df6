/**
 * The end of every interrupt: softirqs, the tick, and back to what was interrupted.
 * [S] kernel/softirq.c irq_exit_rcu, invoke_softirq; kernel/entry/common.c irqentry_exit.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { LEVEL_IRQ, LEVEL_SOFTIRQ, LEVELS } from './cpu.js';
import { needsProgramming } from './hrtimer.js';
import { resumeCpu } from './interrupt.js';
import type { Kernel } from './kernel.js';
import { softirqsPending, softirqThreadToWake } from './softirq.js';
import { updateTick } from './tick.js';
import { wake } from './wakeup.js';

/** Steps at the end of every interrupt, relative to the first. */
const EXIT_WAKE = 1;
const EXIT_PROGRAM = 2;

/** irq_exit_rcu: softirqs, then the tick, then back to what was interrupted. */
export const irqExit: Action<Kernel> = (k, frame, pc, lane) => {
  const cpu = k.frameCpu[frame];
  const { softirq } = k;
  if (softirqsPending(k, cpu)) {
    const inSoftirq = (k.cpu.levels[cpu] & (1 << LEVEL_SOFTIRQ)) !== 0;
    if (inSoftirq) {
      // in_interrupt: whoever was interrupted looks again.
    } else if (k.traitsOf(cpu).softirqInThread) {
      const thread = softirqThreadToWake(k, cpu);
      if (thread >= 0) {
        k.frameSubject[frame] = thread;
        return pc + EXIT_WAKE;
      }
    } else if (softirq.disabled[cpu] === 0) {
      k.cpu.levels[cpu] = (k.cpu.levels[cpu] & ~(1 << LEVEL_IRQ)) | (1 << LEVEL_SOFTIRQ);
      k.begin(lane, cpu * LEVELS + LEVEL_SOFTIRQ, softirq.inlineProgram[cpu]);
      return -1;
    }
  }
  updateTick(k, cpu, true);
  if (needsProgramming(k, cpu)) return pc + EXIT_PROGRAM;
  return leaveIrq(k, frame, pc, lane);
};

const leaveIrq: Action<Kernel> = (k, frame, _pc, lane) => {
  const cpu = k.frameCpu[frame];
  k.cpu.levels[cpu] &= ~(1 << LEVEL_IRQ);
  resumeCpu(k, cpu, lane);
  return -1;
};

const wakeSoftirqThread: Action<Kernel> = (k, frame, pc) => {
  wake(k, k.frameSubject[frame], k.frameCpu[frame]);
  return pc - EXIT_WAKE;
};

const programAtExit: Action<Kernel> = (k, frame, pc, lane) =>
  k.programTimer(k.frameCpu[frame], frame, pc + 1, lane);

/** The common end of every interrupt handler. */
export function irqExitProgram(
  wakeup: Duration,
  clockeventProgram: Duration,
  causePrefix: string,
  exit: Action<Kernel> = irqExit,
): Array<StepSpec<Kernel>> {
  const cause = `${causePrefix}irq exit`;
  return [
    {
      name: 'irq exit',
      kernelFunction: 'kernel/softirq.c:irq_exit_rcu',
      duration: 'zero',
      cause,
      accepts: 0,
      action: exit,
    },
    {
      name: 'C_TTWU',
      kernelFunction: 'kernel/softirq.c:wakeup_softirqd',
      duration: wakeup,
      cause: `${causePrefix}softirq wake-up`,
      accepts: 0,
      action: wakeSoftirqThread,
    },
    {
      name: 'C_CLKEVT_PROG',
      kernelFunction: 'kernel/time/tick-sched.c:tick_nohz_stop_tick',
      duration: clockeventProgram,
      cause: `${causePrefix}timer reprogramming`,
      accepts: 0,
      action: programAtExit,
    },
    {
      name: 'irq return',
      kernelFunction: 'kernel/entry/common.c:irqentry_exit',
      duration: 'zero',
      cause,
      accepts: 0,
      action: leaveIrq,
    },
  ];
}
