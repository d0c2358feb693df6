/**
 * Non-maskable interrupts: they interrupt everything but SMM, interrupts off or not, and nothing is
 * scheduled from them. A guest that executes exits for one.
 *
 * [S] arch/x86/kernel/nmi.c exc_nmi: one that comes while one is served is latched, once, and served
 * right after. arch/x86/kvm/vmx/vmx.c handle_nmi_exception_irqoff. Left out: the C-state of an idle
 * CPU that one wakes.
 */
import type { Action } from '../engine/program.js';
import type { Duration, StepSpec } from '../engine/stepTable.js';
import type { Kernel } from '../kernel/kernel.js';

export class NmiState {
  program = -1;
  /** Frame that an NMI interrupted, per lane. */
  readonly interrupted: Int32Array;
  /** 1: another one waits for the end of this one, or of the SMI. */
  readonly pending: Uint8Array;

  constructor(lanes: number) {
    this.interrupted = new Int32Array(lanes).fill(-1);
    this.pending = new Uint8Array(lanes);
  }
}

export interface NmiMachine extends Kernel {
  readonly nmi: NmiState;
  /** A guest whose frame is paused is left for an NMI. */
  exitForNmi(lane: number, vcpu: number): void;
}

/** An NMI reaches a lane. */
export function raiseNmi(k: NmiMachine, lane: number): void {
  const frame = k.laneFrame[lane];
  if (frame === k.smmFrames + lane || frame === k.nmiFrames + lane) {
    k.nmi.pending[lane] = 1;
    return;
  }
  k.pause(lane);
  enterNmi(k, lane, frame);
}

/** Serves an NMI on a lane whose frame is paused. */
export function enterNmi(k: NmiMachine, lane: number, frame: number): void {
  const cpu = k.frameCpu[frame];
  if (cpu !== lane) {
    k.exitForNmi(lane, cpu);
    return;
  }
  k.nmi.interrupted[lane] = frame;
  k.begin(lane, k.nmiFrames + lane, k.nmi.program);
}

const leaveNmi: Action<NmiMachine> = (k, _frame, pc, lane) => {
  if (k.nmi.pending[lane] === 1) {
    k.nmi.pending[lane] = 0;
    return pc;
  }
  k.resume(lane, k.nmi.interrupted[lane]);
  return -1;
};

export function nmiProgram(nmi: Duration): Array<StepSpec<NmiMachine>> {
  return [
    {
      name: 'C_NMI',
      kernelFunction: 'arch/x86/kernel/nmi.c:exc_nmi',
      duration: nmi,
      cause: 'NMI',
      accepts: 0,
      action: leaveNmi,
    },
  ];
}
