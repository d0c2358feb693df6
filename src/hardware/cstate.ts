/**
 * C-states of idle pCPUs: which one a CPU is put into, and the price of leaving it, paid before
 * the first instruction of whatever woke it.
 *
 * [S] drivers/cpuidle/governors/menu.c, drivers/idle/intel_idle.c. Two governors: the deepest state
 * that is allowed (what bounds assume), and menu reduced to its timer rule: the deepest state whose
 * target residency fits before the next timer. Left out: menu's correction by recent idle times,
 * promotion by hardware, package states.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import { LEVEL_IRQ, LEVEL_SWITCH, LEVELS } from '../kernel/cpu.js';
import { takeIrq } from '../kernel/interrupt.js';
import type { Kernel } from '../kernel/kernel.js';
import { schedule } from '../kernel/schedule.js';

export const GOVERNOR_DEEPEST = 0;
export const GOVERNOR_MENU = 1;

export class CstateColumns {
  /** How many states, shallowest first, the CPU may use; 0: it polls. */
  readonly allowed: Uint8Array;
  readonly governor: Uint8Array;
  /** Index of the CPU's first state in the two lists below. */
  readonly exitBase: Int32Array;
  exitProgram = new Int32Array(0);
  targetResidencyNs = new Float64Array(0);

  constructor(cpus: number) {
    this.allowed = new Uint8Array(cpus);
    this.governor = new Uint8Array(cpus);
    this.exitBase = new Int32Array(cpus);
  }
}

/** What `chooseSleepState` needs to know of its machine. */
export interface CstateMachine extends Kernel {
  readonly cstate: CstateColumns;
}

/** The CPU idles now: sets its sleep state. */
export function chooseSleepState(k: CstateMachine, cpu: number): void {
  const { cstate } = k;
  let state = cstate.allowed[cpu];
  if (state > 0 && cstate.governor[cpu] === GOVERNOR_MENU) {
    const idleNs = k.timers.nextEventNs(cpu) - k.nowNs;
    const base = cstate.exitBase[cpu];
    while (state > 1 && cstate.targetResidencyNs[base + state - 1] > idleNs) state--;
  }
  k.sleepState[cpu] = state;
}

const leaveSleep: Action<Kernel> = (k, frame, _pc, lane) => {
  const cpu = k.frameCpu[frame];
  k.sleepState[cpu] = 0;
  if (frame === cpu * LEVELS + LEVEL_IRQ) return takeIrq(k, cpu);
  k.cpu.levels[cpu] &= ~(1 << LEVEL_SWITCH);
  schedule(k, cpu, lane);
  return -1;
};

/** The step of leaving one C-state. */
export function cstateExitProgram(name: string, exit: Duration): Array<StepSpec<Kernel>> {
  return [
    {
      name: `C_CSTATE[${name}]`,
      kernelFunction: 'drivers/idle/intel_idle.c:intel_idle',
      duration: exit,
      cause: `C-state exit ${name}`,
      accepts: 0,
      action: leaveSleep,
    },
  ];
}
