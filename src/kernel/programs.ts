/** The programs that every CPU of a Linux has, host or guest, from its costs. */
import type { Action } from '../engine/program.js';
import {
  ACCEPT_IRQ,
  ACCEPT_RESCHED,
  type Duration,
  type StepSpec,
  type StepTableBuilder,
} from '../engine/stepTable.js';
import { callProgram } from './call.js';
import { switchProgram } from './contextSwitch.js';
import {
  CPU_PROGRAMS,
  PROGRAM_CALL_IRQ,
  PROGRAM_RESCHEDULE_IRQ,
  PROGRAM_SWITCH,
  PROGRAM_TIMER_IRQ,
} from './cpu.js';
import { irqExitProgram } from './irqExit.js';
import type { Kernel } from './kernel.js';
import { irqExitOf } from './lazy.js';
import { DAEMON_BASE, daemonProgram, softirqProgram } from './softirqProgram.js';
import { tickProgram } from './tick.js';
import { timerIrqProgram } from './timerInterrupt.js';

/** Durations of the primitives of one Linux. */
export type KernelCosts = Readonly<
  Record<
    | 'irqEntry'
    | 'hrtimerInterrupt'
    | 'hrtimerCallback'
    | 'hrtimerArm'
    | 'clockeventProgram'
    | 'wakeup'
    | 'reschedIpi'
    | 'ipiFlight'
    | 'contextSwitch'
    | 'tick'
    | 'softirq'
    | 'syscall'
    | 'userReturn'
    | 'clockRead'
    | 'piStep'
    | 'contextTracking'
    | 'migrate'
    | 'callFunction'
    | 'nmi',
    Exclude<Duration, 'dynamic'>
  >
>;

export const enterIdle: Action<Kernel> = (k, frame, pc, lane) =>
  k.enterIdle(k.frameCpu[frame], frame, pc + 1, lane);

/**
 * Builds a CPU's programs. `owner` is its path (`host/pcpu3`, `guest/plc/vcpu1`), `prefix` what its
 * causes start with (`''` or `guest `), `idleCause` what its idle loop is charged to, `acknowledge`
 * what the end of an interrupt costs a guest beyond its handler.
 */
export function buildCpuPrograms<M extends Kernel>(
  k: M,
  builder: StepTableBuilder<M>,
  cpu: number,
  owner: string,
  costs: KernelCosts,
  prefix: string,
  idleCause: string,
  acknowledge?: Action<Kernel>,
): void {
  const program = (index: number, start: number): void => {
    k.cpu.program[cpu * CPU_PROGRAMS + index] = start;
  };
  const { rt, lazy } = k.traitsOf(cpu);
  const exit = irqExitProgram(costs.wakeup, costs.clockeventProgram, prefix, irqExitOf(lazy));
  program(PROGRAM_SWITCH, builder.program(owner, 'switch', switchProgram(costs, prefix)));
  program(
    PROGRAM_TIMER_IRQ,
    builder.program(owner, 'timer irq', timerIrqProgram(costs, prefix, exit, acknowledge)),
  );
  program(
    PROGRAM_RESCHEDULE_IRQ,
    builder.program(owner, 'reschedule irq', [
      {
        name: 'C_HIRQ',
        kernelFunction: 'arch/x86/kernel/smp.c:sysvec_reschedule_ipi',
        duration: costs.irqEntry,
        cause: `${prefix}reschedule IPI`,
        accepts: 0,
        action: acknowledge,
      },
      ...exit,
    ]),
  );
  program(
    PROGRAM_CALL_IRQ,
    builder.program(owner, 'call irq', callProgram(costs, prefix, exit, acknowledge)),
  );
  k.tick.program[cpu] = builder.program(
    owner,
    'tick',
    tickProgram(costs.tick, costs.wakeup, `${prefix}tick`),
  );
  k.softirq.inlineProgram[cpu] = builder.program(
    owner,
    'softirq',
    softirqProgram(costs, `${prefix}softirq`, ACCEPT_IRQ),
  );
  const open = ACCEPT_IRQ | ACCEPT_RESCHED;
  k.softirq.enableProgram[cpu] = builder.program(
    owner,
    'softirq at enable',
    softirqProgram(costs, `${prefix}softirq`, rt ? open : ACCEPT_IRQ),
  );
  const daemon = (name: string, start: Int32Array, base: Int32Array): void => {
    start[cpu] = builder.program(owner, name, daemonProgram(costs, prefix + name, rt));
    base[cpu] = start[cpu] + (rt ? DAEMON_BASE : 0);
  };
  daemon('ksoftirqd', k.softirq.ksoftirqdStart, k.softirq.ksoftirqdProgram);
  daemon('ktimers', k.softirq.ktimersStart, k.softirq.ktimersProgram);
  k.idleProgram[cpu] = builder.program(owner, 'idle', idleSteps(idleCause));
}

/** The idle loop; what it does is the hardware's or the hypervisor's. */
function idleSteps(cause: string): Array<StepSpec<Kernel>> {
  const open = ACCEPT_IRQ | ACCEPT_RESCHED;
  return [
    {
      name: 'idle entry',
      kernelFunction: 'kernel/sched/idle.c:do_idle',
      duration: 'zero',
      cause,
      accepts: open,
      action: enterIdle,
    },
    { name: 'idle', duration: 'dynamic', cause, accepts: open },
  ];
}
