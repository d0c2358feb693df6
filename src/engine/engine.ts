/**
 * The discrete-event engine. It knows no Linux: lanes that execute one thing at a time, frames
 * (programs that run, are paused and resume), steps (a cost law, a cause, an action at the end)
 * and event slots.
 *
 * Total order of events: (time, rank, id). The end of a running step has the first rank, with the
 * lane as its id; the ranks of slots are in `order.ts`. After a step ended its lane goes on as
 * long as nothing else in the part comes before the end of the next step, without touching the
 * queue: the same order, found cheaper. `oracle: true` finds it the plain way instead.
 */
import { InvariantError } from '../base/invariant.js';
import { RandomStreams } from '../base/random.js';
import { Fingerprint } from './fingerprint.js';
import { LawTable } from './lawTable.js';
import type { Action, EngineSize, SlotHandler, TraceSink } from './program.js';
import { SegmentLog } from './segmentLog.js';
import { SlotTree } from './slotTree.js';
import { LAW_ZERO, type StepTable } from './stepTable.js';

/** More steps without a duration at one instant are a defect, not work. */
const INSTANT_STEPS_MAX = 1_000_000;

export abstract class Engine {
  nowNs = 0;
  /** Steps ended and slots dispatched so far. */
  events = 0;
  trace: TraceSink | null = null;
  readonly streams: RandomStreams;
  readonly laws = new LawTable();
  readonly slots: SlotTree;
  readonly log: SegmentLog;
  readonly lanes: number;
  readonly oracle: boolean;
  readonly seed: string;
  /** Frame that a lane executes. */
  readonly laneFrame: Int32Array;
  /** When the running step of a lane ends; Infinity: only an event can end it. */
  readonly segmentEndNs: Float64Array;
  readonly fingerprint: Fingerprint;
  readonly framePc: Int32Array;
  /** What a paused step still needs; -1: it has not begun. */
  readonly frameRemainingNs: Float64Array;
  /** CPU (of a kernel instance) on which the frame's code runs. */
  readonly frameCpu: Int32Array;
  /** Duration of the next step whose length its program computes, per frame. */
  readonly frameDynamicNs: Float64Array;
  /** 1: {@link watchedPause} and {@link watchedResume} are told when the frame stops and goes on. */
  readonly watched: Uint8Array;
  /** Per CPU: bits of what wants to be attended to; a step begins only if it masks them. */
  readonly attention: Uint8Array;
  protected steps!: StepTable;
  protected actions: ReadonlyArray<Action<Engine>> = [];
  protected slotHandlers: ReadonlyArray<SlotHandler<Engine>> = [];
  protected slotArgument = new Int32Array(0);
  protected slotHandlerOf = new Int32Array(0);

  constructor(size: EngineSize, cpus: number) {
    this.streams = new RandomStreams(size.seed);
    this.slots = new SlotTree(size.slots);
    this.log = new SegmentLog(size.lanes, size.usageClasses);
    this.lanes = size.lanes;
    this.oracle = size.oracle;
    this.seed = size.seed;
    this.laneFrame = new Int32Array(size.lanes).fill(-1);
    this.segmentEndNs = new Float64Array(size.lanes).fill(Number.POSITIVE_INFINITY);
    this.fingerprint = new Fingerprint(size.lanes);
    this.framePc = new Int32Array(size.frames);
    this.frameRemainingNs = new Float64Array(size.frames).fill(-1);
    this.frameCpu = new Int32Array(size.frames);
    this.frameDynamicNs = new Float64Array(size.frames);
    this.watched = new Uint8Array(size.frames);
    this.attention = new Uint8Array(cpus);
  }

  /** A step cannot begin because its CPU wants attention: decide what the lane runs instead. */
  protected abstract attend(lane: number, frame: number): void;

  protected abstract watchedPause(frame: number, lane: number): void;
  protected abstract watchedResume(frame: number): void;

  /** Begins step `pc` of `frame` on `lane` now. */
  begin(lane: number, frame: number, pc: number): void {
    this.framePc[frame] = pc;
    if ((this.attention[this.frameCpu[frame]] & this.steps.accepts[pc]) !== 0) {
      this.frameRemainingNs[frame] = -1;
      this.attend(lane, frame);
      return;
    }
    const law = this.steps.law[pc];
    const durationNs =
      law >= 0
        ? this.laws.draw(law, this.streams, this.steps.stream[pc])
        : law === LAW_ZERO
          ? 0
          : this.frameDynamicNs[frame];
    this.laneFrame[lane] = frame;
    this.segmentEndNs[lane] = this.nowNs + durationNs;
    if (durationNs !== 0) this.log.push(lane, this.nowNs, this.steps.cause[pc]);
    if (this.trace !== null) this.trace.step('begin', this.nowNs, lane, frame, pc);
  }

  /** Lets a paused frame go on. */
  resume(lane: number, frame: number): void {
    const remainingNs = this.frameRemainingNs[frame];
    const pc = this.framePc[frame];
    if (remainingNs < 0) {
      this.begin(lane, frame, pc);
      return;
    }
    if ((this.attention[this.frameCpu[frame]] & this.steps.accepts[pc]) !== 0) {
      this.attend(lane, frame);
      return;
    }
    if (this.watched[frame] === 1) this.watchedResume(frame);
    this.laneFrame[lane] = frame;
    this.segmentEndNs[lane] = this.nowNs + remainingNs;
    if (remainingNs !== 0) this.log.push(lane, this.nowNs, this.steps.cause[pc]);
    if (this.trace !== null) this.trace.step('resume', this.nowNs, lane, frame, pc);
  }

  /** Lets a paused frame go on for an instant, to be paused again by the caller. */
  resumeQuietly(lane: number, frame: number): void {
    this.laneFrame[lane] = frame;
    this.segmentEndNs[lane] = this.nowNs + this.frameRemainingNs[frame];
  }

  /** Takes the running frame off its lane; the caller gives the lane something else at once. */
  pause(lane: number): number {
    const frame = this.laneFrame[lane];
    this.frameRemainingNs[frame] = this.segmentEndNs[lane] - this.nowNs;
    if (this.watched[frame] === 1) this.watchedPause(frame, lane);
    if (this.trace !== null) {
      this.trace.step('pause', this.nowNs, lane, frame, this.framePc[frame]);
    }
    return frame;
  }

  /** Arms (or with Infinity disarms) a slot; never before now. */
  schedule(slot: number, dueNs: number): void {
    if (this.oracle) this.slots.dueNs[slot] = dueNs;
    else this.slots.set(slot, dueNs);
  }

  /**
   * Dispatches events up to and including `untilNs`, at most about `maxEvents` of them.
   * Returns true when nothing is left before `untilNs`.
   */
  run(untilNs: number, maxEvents: number): boolean {
    const stopAt = this.events + maxEvents;
    while (this.events < stopAt) {
      const slot = this.oracle ? this.firstSlotPlain() : this.slots.first();
      const slotNs = this.slots.dueNs[slot];
      const lane = this.firstLane();
      const segmentNs = this.segmentEndNs[lane];
      if (segmentNs <= slotNs) {
        if (segmentNs > untilNs || segmentNs === Number.POSITIVE_INFINITY) return true;
        if (this.oracle) this.endStep(lane);
        else this.runLane(lane, untilNs, stopAt);
      } else {
        if (slotNs > untilNs) return true;
        this.nowNs = slotNs;
        this.events++;
        this.schedule(slot, Number.POSITIVE_INFINITY);
        this.slotHandlers[this.slotHandlerOf[slot]](this, this.slotArgument[slot]);
      }
    }
    return false;
  }

  /** Ends steps of one lane for as long as they come before everything else. */
  private runLane(lane: number, untilNs: number, stopAt: number): void {
    const { segmentEndNs, slots } = this;
    const dueNs = slots.dueNs;
    const alone = this.lanes === 1;
    let endNs = segmentEndNs[lane];
    do {
      this.endStep(lane);
      endNs = segmentEndNs[lane];
    } while (
      endNs <= untilNs &&
      endNs <= dueNs[slots.first()] &&
      endNs !== Number.POSITIVE_INFINITY &&
      this.events < stopAt &&
      (alone || this.firstLane() === lane)
    );
  }

  /**
   * The running step of a lane ends: its action, and then every step without a duration that
   * follows at this instant. Those are part of this event: nothing comes between them.
   */
  private endStep(lane: number): void {
    const nowNs = this.segmentEndNs[lane];
    this.nowNs = nowNs;
    this.events++;
    const { law, accepts, action } = this.steps;
    let frame = this.laneFrame[lane];
    let pc = this.framePc[frame];
    this.fingerprint.mix(lane, nowNs, this.steps.identity[pc]);
    for (let steps = 0; ; steps++) {
      if (steps > INSTANT_STEPS_MAX) throw this.endless(pc);
      if (this.trace !== null) this.trace.step('end', nowNs, lane, frame, pc);
      const next = this.actions[action[pc]](this, frame, pc, lane);
      if (next >= 0) {
        if (
          law[next] === LAW_ZERO &&
          (this.attention[this.frameCpu[frame]] & accepts[next]) === 0
        ) {
          this.framePc[frame] = next;
          if (this.trace !== null) this.trace.step('begin', nowNs, lane, frame, next);
          pc = next;
          continue;
        }
        this.begin(lane, frame, next);
      }
      if (this.segmentEndNs[lane] !== nowNs) return;
      frame = this.laneFrame[lane];
      pc = this.framePc[frame];
      if (law[pc] !== LAW_ZERO) return;
    }
  }

  /** Fixes the programs, actions and slots of a part once they are built. */
  protected seal(
    steps: StepTable,
    actions: ReadonlyArray<Action<never>>,
    handlers: ReadonlyArray<SlotHandler<never>>,
    slots: ReadonlyArray<{ readonly handler: number; readonly argument: number }>,
  ): void {
    this.laws.seal();
    this.steps = steps;
    // Built for this very machine: actions of a subclass are only ever called with it.
    this.actions = actions as unknown as ReadonlyArray<Action<Engine>>;
    this.slotHandlers = handlers as unknown as ReadonlyArray<SlotHandler<Engine>>;
    this.slotHandlerOf = Int32Array.from(slots, (slot) => slot.handler);
    this.slotArgument = Int32Array.from(slots, (slot) => slot.argument);
  }

  /** A program went round in an instant: a defect of a mechanism, named by the step it is at. */
  private endless(pc: number): InvariantError {
    const { programs, names } = this.steps;
    return new InvariantError(`no time passes in ${programs[pc]}, step ${names[pc]}`, {
      simulatedNs: this.nowNs,
      seed: this.seed,
    });
  }

  private firstLane(): number {
    const { segmentEndNs, lanes } = this;
    let first = 0;
    for (let lane = 1; lane < lanes; lane++) {
      if (segmentEndNs[lane] < segmentEndNs[first]) first = lane;
    }
    return first;
  }

  private firstSlotPlain(): number {
    const { dueNs } = this.slots;
    let first = 0;
    for (let slot = 1; slot < dueNs.length; slot++) if (dueNs[slot] < dueNs[first]) first = slot;
    return first;
  }
}
