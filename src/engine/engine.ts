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
import { Lanes } from './lanes.js';
import type { Action, EngineSize, SlotHandler } from './program.js';
import { SlotTree } from './slotTree.js';
import {
  ACTION_NEXT,
  COST_ZERO,
  STEP_ACCEPTS,
  STEP_ACTION,
  STEP_COST,
  STEP_IDENTITY,
  STEP_ROW,
  type StepTable,
} from './stepTable.js';

/** More steps without a duration at one instant are a defect, not work. */
const INSTANT_STEPS_MAX = 1_000_000;

export abstract class Engine extends Lanes {
  /** Steps ended and slots dispatched so far. */
  events = 0;
  readonly slots: SlotTree;
  readonly oracle: boolean;
  protected actions: ReadonlyArray<Action<Engine>> = [];
  protected slotHandlers: ReadonlyArray<SlotHandler<Engine>> = [];
  protected slotArgument = new Int32Array(0);
  protected slotHandlerOf = new Int32Array(0);

  constructor(size: EngineSize, cpus: number) {
    super(size, cpus);
    this.slots = new SlotTree(size.slots);
    this.oracle = size.oracle;
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
        this.runLane(lane, this.oracle ? segmentNs : untilNs, stopAt);
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

  /**
   * Ends steps of one lane for as long as they come before everything else. A step without a
   * duration is part of the event before it: nothing comes between them. Everything that the loop
   * touches stands in locals, since this is where a run spends its time.
   */
  private runLane(lane: number, untilNs: number, stopAt: number): void {
    const { segmentEndNs, slots, laneFrame, framePc, frameCpu, attention, actions, fingerprint } =
      this;
    const { rows } = this.steps;
    const { dueNs } = slots;
    const once = this.oracle;
    let other = this.firstLaneExcept(lane);
    this.endingLane = lane;
    this.otherLaneChanged = false;
    for (;;) {
      const nowNs = segmentEndNs[lane];
      this.nowNs = nowNs;
      this.events++;
      let frame = laneFrame[lane];
      let pc = framePc[frame];
      fingerprint.mix(lane, nowNs, rows[pc * STEP_ROW + STEP_IDENTITY]);
      for (let steps = 0; ; steps++) {
        if (steps > INSTANT_STEPS_MAX) throw this.endless(pc);
        if (this.trace !== null) this.trace.step('end', nowNs, lane, frame, pc);
        const act = rows[pc * STEP_ROW + STEP_ACTION];
        const next = act === ACTION_NEXT ? pc + 1 : actions[act](this, frame, pc, lane);
        if (next >= 0) {
          const row = next * STEP_ROW;
          if (
            rows[row + STEP_COST] === COST_ZERO &&
            (attention[frameCpu[frame]] & rows[row + STEP_ACCEPTS]) === 0
          ) {
            framePc[frame] = next;
            if (this.trace !== null) this.trace.step('begin', nowNs, lane, frame, next);
            pc = next;
            continue;
          }
          this.begin(lane, frame, next);
        }
        if (segmentEndNs[lane] !== nowNs) break;
        frame = laneFrame[lane];
        pc = framePc[frame];
      }
      if (this.otherLaneChanged) {
        other = this.firstLaneExcept(lane);
        this.otherLaneChanged = false;
      }
      const endNs = segmentEndNs[lane];
      const otherNs = other < 0 ? Number.POSITIVE_INFINITY : segmentEndNs[other];
      const first = endNs < otherNs || (endNs === otherNs && (other < 0 || lane < other));
      if (
        !first ||
        once ||
        endNs > untilNs ||
        endNs > dueNs[slots.first()] ||
        endNs === Number.POSITIVE_INFINITY ||
        this.events >= stopAt
      ) {
        this.endingLane = -1;
        return;
      }
    }
  }

  /** Fixes the programs, actions and slots of a part once they are built. */
  protected seal(
    steps: StepTable,
    actions: ReadonlyArray<Action<never>>,
    handlers: ReadonlyArray<SlotHandler<never>>,
    slots: ReadonlyArray<{ readonly handler: number; readonly argument: number }>,
  ): void {
    this.costs.seal();
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

  /** Lane other than `except` whose step ends first; -1 if there is none. */
  private firstLaneExcept(except: number): number {
    const { segmentEndNs, lanes } = this;
    let first = -1;
    for (let lane = 0; lane < lanes; lane++) {
      if (lane !== except && (first < 0 || segmentEndNs[lane] < segmentEndNs[first])) first = lane;
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
