/**
 * System management interrupts: all logical CPUs stop at once, whatever they do, even with
 * interrupts off; the TSC runs on; interrupts and timers are latched and served right after.
 *
 * General knowledge of x86 (Intel SDM volume 3, SMM); the law comes from hwlatdetect. Left out:
 * skew between CPUs, SMIs that one CPU asks for.
 */
import type { Action } from '../engine/program.js';
import type { StepSpec } from '../engine/stepTable.js';
import { ACCEPT_IRQ } from '../engine/stepTable.js';
import { enterNmi, type NmiMachine } from './nmi.js';

export class SmiState {
  slot = -1;
  everyCost = -1;
  durationCost = -1;
  program = -1;
  /** Frame that an SMI interrupted, per lane. */
  readonly interrupted: Int32Array;

  constructor(lanes: number) {
    this.interrupted = new Int32Array(lanes).fill(-1);
  }
}

export interface SmiMachine extends NmiMachine {
  readonly smi: SmiState;
}

/** Slot handler: an SMI begins on every lane of the part. */
export function beginSmi(k: SmiMachine): void {
  const { smi } = k;
  const durationNs = k.costs.draw(smi.durationCost);
  const everyNs = k.costs.draw(smi.everyCost);
  // Counted from its end: an SMI does not nest, and its CPUs must come back.
  k.schedule(smi.slot, k.nowNs + durationNs + Math.max(1, everyNs));
  for (let lane = 0; lane < k.lanes; lane++) {
    smi.interrupted[lane] = k.pause(lane);
    const frame = k.smmFrames + lane;
    k.frameDynamicNs[frame] = durationNs;
    k.begin(lane, frame, smi.program);
  }
}

const leaveSmm: Action<SmiMachine> = (k, _frame, _pc, lane) => {
  const interrupted = k.smi.interrupted[lane];
  const cpu = k.frameCpu[interrupted];
  if (k.nmi.pending[lane] === 1 && interrupted !== k.nmiFrames + lane) {
    k.nmi.pending[lane] = 0;
    enterNmi(k, lane, interrupted);
    return -1;
  }
  // A guest was executing and an interrupt for the host was latched: it exits at once.
  if (cpu !== lane && (k.attention[lane] & ACCEPT_IRQ) !== 0) {
    k.exitForInterrupt(lane, cpu);
  } else {
    k.resume(lane, interrupted);
  }
  return -1;
};

export function smiProgram(): Array<StepSpec<SmiMachine>> {
  return [
    {
      name: 'C_SMI',
      kernelFunction: undefined,
      duration: 'dynamic',
      cause: 'SMI',
      accepts: 0,
      action: leaveSmm,
    },
  ];
}
