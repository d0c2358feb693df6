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
import {
  ACTION_NEXT,
  STEP_COST,
  STEP_IDENTITY,
  STEP_ROW,
  STEP_WORD,
  type StepTable,
  WORD_ACCEPTS,
  WORD_ACTION,
  WORD_ACTION_SHIFT,
  WORD_CAUSE_SHIFT,
  WORD_ZERO,
} from './stepTable.js';
import { WinnerTree } from './winnerTree.js';

/** More steps without a duration at one instant are a defect, not work. */
const INSTANT_STEPS_MAX = 1_000_000;

export abstract class Engine extends Lanes {
  /** Steps ended and slots dispatched so far. */
  events = 0;
  readonly slots: WinnerTree;
  readonly oracle: boolean;
  protected actions: ReadonlyArray<Action<Engine>> = [];
  protected slotHandlers: ReadonlyArray<SlotHandler<Engine>> = [];
  protected slotArgument = new Int32Array(0);
  protected slotHandlerOf = new Int32Array(0);

  constructor(size: EngineSize, cpus: number) {
    super(size, cpus);
    this.slots = new WinnerTree(size.slots);
    this.oracle = size.oracle;
  }

  /** Calls the action of that number; see {@link actFromTable}. */
  protected abstract act(action: number, frame: number, pc: number, lane: number): number;

  /** Calls an action through the table: for those that are not worth a name in {@link act}. */
  actFromTable(action: number, frame: number, pc: number, lane: number): number {
    return this.actions[action](this, frame, pc, lane);
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
      const slot = this.oracle ? firstPlain(this.slots.dueNs) : this.slots.first();
      const slotNs = this.slots.dueNs[slot];
      const lane = this.oracle ? firstPlain(this.segmentEndNs) : this.laneOrder.first();
      const segmentNs = this.segmentEndNs[lane];
      if (segmentNs <= slotNs) {
        if (segmentNs > untilNs || segmentNs === Number.POSITIVE_INFINITY) return true;
        this.runLane(lane, this.oracle ? Number.NEGATIVE_INFINITY : untilNs, stopAt);
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
    const { segmentEndNs, slots, laneFrame, framePc, frameCpu, attention, fingerprint } = this;
    const { costs, log, laneOrder, trace, slows } = this;
    const { rows } = this.steps;
    const { dueNs } = slots;
    this.endingLane = lane;
    this.otherLaneChanged = false;
    let aloneUntilNs = Math.min(untilNs, laneOrder.aloneUntilNs(lane));
    let nowNs = segmentEndNs[lane];
    let frame = laneFrame[lane];
    let pc = framePc[frame];
    let word = rows[pc * STEP_ROW + STEP_WORD];
    do {
      this.nowNs = nowNs;
      this.events++;
      fingerprint.mix(lane, nowNs, rows[pc * STEP_ROW + STEP_IDENTITY]);
      let endNs = nowNs;
      for (let steps = 0; endNs === nowNs; steps++) {
        if (steps > INSTANT_STEPS_MAX) throw this.endless(pc);
        if (trace !== null) trace.step('end', nowNs, lane, frame, pc);
        const action = (word >> WORD_ACTION_SHIFT) & WORD_ACTION;
        const next = action === ACTION_NEXT ? pc + 1 : this.act(action, frame, pc, lane);
        if (next >= 0) {
          const row = next * STEP_ROW;
          const nextWord = rows[row + STEP_WORD];
          const accepts = nextWord & WORD_ACCEPTS;
          if (accepts === 0 || (attention[frameCpu[frame]] & accepts) === 0) {
            // As `begin`, for the frame that the lane executes already.
            pc = next;
            word = nextWord;
            framePc[frame] = pc;
            if ((word & WORD_ZERO) === 0) {
              const cost = rows[row + STEP_COST];
              const drawn = cost >= 0;
              const plainNs = drawn ? costs.draw(cost) : this.frameDynamicNs[frame];
              const durationNs = slows && drawn ? this.slowed(lane, plainNs) : plainNs;
              endNs = nowNs + durationNs;
              segmentEndNs[lane] = endNs;
              if (durationNs !== 0) log.push(lane, nowNs, word >> WORD_CAUSE_SHIFT);
            }
            if (trace !== null) trace.step('begin', nowNs, lane, frame, pc);
            continue;
          }
          this.begin(lane, frame, next);
        }
        endNs = segmentEndNs[lane];
        frame = laneFrame[lane];
        pc = framePc[frame];
        word = rows[pc * STEP_ROW + STEP_WORD];
      }
      if (this.otherLaneChanged) {
        aloneUntilNs = Math.min(untilNs, laneOrder.aloneUntilNs(lane));
        this.otherLaneChanged = false;
      }
      nowNs = endNs;
    } while (
      nowNs <= aloneUntilNs &&
      nowNs <= dueNs[slots.first()] &&
      nowNs !== Number.POSITIVE_INFINITY &&
      this.events < stopAt
    );
    this.endingLane = -1;
    laneOrder.refresh(lane);
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
}

/** The plain way to find what {@link WinnerTree} knows. */
function firstPlain(dueNs: Float64Array): number {
  let first = 0;
  for (let i = 1; i < dueNs.length; i++) if (dueNs[i] < dueNs[first]) first = i;
  return first;
}
