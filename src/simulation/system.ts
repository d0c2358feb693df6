/**
 * The machine of one part: hypervisor, hardware and measurements together. Everything that a run
 * changes is in columns, so a snapshot is a copy.
 */

import type { Action, SlotHandler } from '../engine/program.js';
import type { StepTable } from '../engine/stepTable.js';
import { CacheColumns, missing } from '../hardware/cache.js';
import { NmiState } from '../hardware/nmi.js';
import { SmiState } from '../hardware/smi.js';
import { SpeedColumns, setBusy } from '../hardware/speed.js';
import { isKernelStep } from '../kernel/lazy.js';
import { callsArrive } from '../network/call.js';
import { Network, type NetworkMachineSize } from '../network/network.js';
import { followWork } from './events.js';
import type { ArrivalSource } from './firstArrival.js';
import { GuestEventColumns } from './guestEvents.js';
import { act } from './hotActions.js';
import { IrqbalanceColumns } from './irqbalance.js';
import type { NoiseUnit } from './layout.js';
import { MeasureColumns } from './measure.js';
import { NoiseColumns } from './noise.js';
import { ProgramColumns } from './programColumns.js';

export interface SystemSize extends NetworkMachineSize {
  readonly guestEvents: number;
  readonly windows: number;
  readonly noise: number;
}

export class System extends Network {
  readonly smi: SmiState;
  readonly nmi: NmiState;
  readonly irqbalance = new IrqbalanceColumns();
  readonly cache: CacheColumns;
  readonly speed: SpeedColumns;
  readonly measure: MeasureColumns;
  readonly guestEvents: GuestEventColumns;
  readonly noise: NoiseColumns;
  /** Built: the streams of `noise`. */
  readonly noiseUnits: NoiseUnit[] = [];
  /** Every source of arrivals of the part. */
  readonly arrivals: ArrivalSource[] = [];
  readonly programs: ProgramColumns;
  /** Next release of each task's activation, ns. */
  readonly releaseNs: Float64Array;
  /** Source of the distance between activations per task, between arrivals per device. */
  readonly everyCost: Int32Array;
  readonly deviceEveryCost: Int32Array;
  /** Recorder of an interface's packets; -1: they are not measured. */
  readonly packetRecorder: Int32Array;
  /** Jobs released and completed, per task. */
  readonly completions: Float64Array;
  /** Windows of the events that a piece of work is about, by work. */
  readonly workWindows: number[][] = [];

  constructor(size: SystemSize) {
    super(size);
    this.smi = new SmiState(size.lanes);
    this.nmi = new NmiState(size.lanes);
    this.cache = new CacheColumns(size.lanes, size.tasks);
    this.speed = new SpeedColumns(size.lanes);
    this.noise = new NoiseColumns(size.noise, size.lanes);
    this.guestEvents = new GuestEventColumns(size.guestEvents);
    this.measure = new MeasureColumns(size.windows, this.framePc.length, size.tasks);
    this.programs = new ProgramColumns(size.tasks);
    this.releaseNs = new Float64Array(size.tasks).fill(Number.POSITIVE_INFINITY);
    this.everyCost = new Int32Array(size.tasks).fill(-1);
    this.deviceEveryCost = new Int32Array(size.devices);
    this.packetRecorder = new Int32Array(size.network.interfaces).fill(-1);
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
    this.pauseSteps = Uint8Array.from(steps.names, (name, pc) =>
      isPauseLoop(name, steps.programs[pc]) ? 1 : 0,
    );
    if (!this.traits.some(({ lazy }) => lazy)) return;
    this.kernelSteps = Uint8Array.from(steps.names, (name, pc) =>
      isKernelStep(name, steps.kernelFunctions[pc]) ? 1 : 0,
    );
  }

  protected override act(action: number, frame: number, pc: number, lane: number): number {
    return act(this, action, frame, pc, lane);
  }

  get program(): StepTable {
    return this.steps;
  }

  override enterIdle(cpu: number, frame: number, pc: number, lane: number): number {
    const sleeps = cpu < this.lanes && this.cpu.idlePolls[cpu] === 0;
    if (this.speed.active && sleeps) setBusy(this, cpu, false);
    return super.enterIdle(cpu, frame, pc, lane);
  }

  override restartIdle(cpu: number): void {
    if (this.speed.active && cpu < this.lanes) setBusy(this, cpu, true);
    super.restartIdle(cpu);
  }

  override threadLeaves(cpu: number, task: number): void {
    const { cache } = this;
    const lane = this.cpu.lane[cpu];
    cache.leftNs[task] = this.nowNs;
    cache.leftAt[task] = cache.brought[lane];
    cache.leftLane[task] = lane;
  }

  override threadArrives(_cpu: number, task: number, lane: number): number {
    const { cache } = this;
    if (cache.workingSet[task] === 0 || Number.isNaN(cache.leftNs[task])) return 0;
    const [fromLlc, fromMemory] = missing(cache, task, lane, this.nowNs);
    cache.leftNs[task] = Number.NaN;
    cache.brought[lane] += fromLlc + fromMemory;
    const llcNs = fromLlc === 0 ? 0 : fromLlc * this.costs.draw(cache.hitCost[lane]);
    const dramNs = fromMemory === 0 ? 0 : fromMemory * this.costs.draw(cache.memoryCost[lane]);
    return llcNs + dramNs;
  }

  override timerPlaced(vcpu: number, pcpu: number): void {
    this.measure.relocate(this, vcpu, pcpu);
  }

  override timerFired(vcpu: number): void {
    this.measure.timerFired(vcpu);
  }

  override workQueued(work: number): void {
    followWork(this, work);
  }

  override noticedFlag(lane: number): void {
    this.pathArrives(lane);
  }

  /** Something for its threads reached a lane: paths that were on their way to it go on there. */
  pathArrives(lane: number): void {
    this.measure.arrive(this, lane);
    if (this.packetsCalled > 0) callsArrive(this, lane);
  }

  override packetAnswered(packet: number): void {
    const { window, arrivedNs, interface: of } = this.packets;
    const recorder = this.packetRecorder[of[packet]];
    this.measure.record(this, window[packet], arrivedNs[packet], recorder);
    this.completions[this.interfaces.consumer[of[packet]]]++;
  }

  protected override watchedPause(frame: number, lane: number): void {
    this.measure.interruptionBegins(this, frame, lane);
  }

  protected override watchedResume(frame: number): void {
    this.measure.interruptionEnds(this, frame);
  }
}

/** Steps in which code spins with PAUSE until something else happens. */
function isPauseLoop(step: string, program: string): boolean {
  if (step === 'call wait' || step.endsWith(' spin')) return true;
  return step === 'idle' && program.startsWith('guest/') && program.endsWith('/idle');
}
