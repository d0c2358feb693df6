/**
 * The machine of one part: hypervisor, hardware and measurements together. Everything that a run
 * changes is in columns, so a snapshot is a copy.
 */

import type { Action, SlotHandler } from '../engine/program.js';
import type { StepTable } from '../engine/stepTable.js';
import { SmiState } from '../hardware/smi.js';
import type { KernelSize } from '../kernel/kernel.js';
import { Hypervisor } from '../kvm/hypervisor.js';
import { MeasureColumns } from './measure.js';

export interface SystemSize extends KernelSize {
  readonly windows: number;
}

export class System extends Hypervisor {
  readonly smi: SmiState;
  readonly measure: MeasureColumns;
  /** Next release of each task's activation, ns. */
  readonly releaseNs: Float64Array;
  /** Law and stream of the distance between activations, per task. */
  readonly everyLaw: Int32Array;
  readonly everyStream: Int32Array;
  /** Law and stream of the distance between arrivals, per device. */
  readonly deviceEveryLaw: Int32Array;
  readonly deviceEveryStream: Int32Array;
  /** Jobs released and completed, per task. */
  readonly completions: Float64Array;

  constructor(size: SystemSize) {
    super(size);
    this.smi = new SmiState(size.lanes);
    this.measure = new MeasureColumns(size.windows, this.framePc.length, size.tasks);
    this.releaseNs = new Float64Array(size.tasks).fill(Number.POSITIVE_INFINITY);
    this.everyLaw = new Int32Array(size.tasks).fill(-1);
    this.everyStream = new Int32Array(size.tasks);
    this.deviceEveryLaw = new Int32Array(size.devices).fill(-1);
    this.deviceEveryStream = new Int32Array(size.devices);
    this.completions = new Float64Array(size.tasks);
  }

  /** Makes the built programs and slots final. */
  finish(
    steps: StepTable,
    actions: ReadonlyArray<Action<never>>,
    handlers: ReadonlyArray<SlotHandler<never>>,
    slots: ReadonlyArray<{ readonly handler: number; readonly argument: number }>,
  ): void {
    this.seal(steps, actions, handlers, slots);
  }

  get program(): StepTable {
    return this.steps;
  }

  protected override watchedPause(frame: number, lane: number): void {
    this.measure.interruptionBegins(this, frame, lane);
  }

  protected override watchedResume(frame: number): void {
    this.measure.interruptionEnds(this, frame);
  }
}
