/**
 * Lanes and frames: what executes, what is paused, how a step begins, stops and goes on. A lane
 * executes one frame at a time; a frame is a program with a place in it.
 */
import { RandomStreams } from '../base/random.js';
import { CostSources } from './costSources.js';
import { Fingerprint } from './fingerprint.js';
import type { EngineSize, TraceSink } from './program.js';
import { SegmentLog } from './segmentLog.js';
import {
  COST_ZERO,
  STEP_COST,
  STEP_ROW,
  STEP_WORD,
  type StepTable,
  WORD_ACCEPTS,
  WORD_CAUSE_SHIFT,
} from './stepTable.js';
import { WinnerTree } from './winnerTree.js';

export abstract class Lanes {
  nowNs = 0;
  trace: TraceSink | null = null;
  readonly streams: RandomStreams;
  readonly costs: CostSources;
  readonly log: SegmentLog;
  readonly lanes: number;
  readonly seed: string;
  /** Lane whose steps are being ended; -1 between them. */
  protected endingLane = -1;
  /** True if the action of a step changed what another lane executes. */
  protected otherLaneChanged = false;
  /** Frame that a lane executes. */
  readonly laneFrame: Int32Array;
  /** Which lane's step ends first. That of {@link endingLane} is brought up to date at its end. */
  readonly laneOrder: WinnerTree;
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
  /** True: a lane is slowed down, by `slowdown` thousandths. */
  slows = false;
  readonly slowdown: Float64Array;
  private readonly slowdownCarry: Float64Array;
  protected steps!: StepTable;

  constructor(size: EngineSize, cpus: number) {
    this.streams = new RandomStreams(size.seed);
    this.costs = new CostSources(this.streams);
    this.log = new SegmentLog(size.lanes, size.usageClasses);
    this.lanes = size.lanes;
    this.seed = size.seed;
    this.laneFrame = new Int32Array(size.lanes).fill(-1);
    this.laneOrder = new WinnerTree(size.lanes);
    this.segmentEndNs = this.laneOrder.dueNs;
    this.fingerprint = new Fingerprint(size.lanes);
    this.framePc = new Int32Array(size.frames);
    this.frameRemainingNs = new Float64Array(size.frames).fill(-1);
    this.frameCpu = new Int32Array(size.frames);
    this.frameDynamicNs = new Float64Array(size.frames);
    this.watched = new Uint8Array(size.frames);
    this.attention = new Uint8Array(cpus);
    this.slowdown = new Float64Array(size.lanes).fill(1000);
    this.slowdownCarry = new Float64Array(size.lanes);
  }

  /**
   * A drawn duration on a lane that is slowed down: rounded up, what was rounded is taken from the
   * next one, so that the sum is exact.
   */
  protected slowed(lane: number, ns: number): number {
    const thousandths = ns * this.slowdown[lane] - this.slowdownCarry[lane];
    if (thousandths <= 0) {
      this.slowdownCarry[lane] = -thousandths;
      return 0;
    }
    const slowedNs = Math.ceil(thousandths / 1000);
    this.slowdownCarry[lane] = slowedNs * 1000 - thousandths;
    return slowedNs;
  }

  /** A step cannot begin because its CPU wants attention: decide what the lane runs instead. */
  protected abstract attend(lane: number, frame: number): void;

  protected abstract watchedPause(frame: number, lane: number): void;
  protected abstract watchedResume(frame: number): void;

  /** Begins step `pc` of `frame` on `lane` now. */
  begin(lane: number, frame: number, pc: number): void {
    const { rows } = this.steps;
    const row = pc * STEP_ROW;
    const word = rows[row + STEP_WORD];
    this.framePc[frame] = pc;
    if ((this.attention[this.frameCpu[frame]] & word & WORD_ACCEPTS) !== 0) {
      this.frameRemainingNs[frame] = -1;
      this.attend(lane, frame);
      return;
    }
    const cost = rows[row + STEP_COST];
    const durationNs =
      cost >= 0
        ? this.slows
          ? this.slowed(lane, this.costs.draw(cost))
          : this.costs.draw(cost)
        : cost === COST_ZERO
          ? 0
          : this.frameDynamicNs[frame];
    this.laneFrame[lane] = frame;
    this.segmentEndNs[lane] = this.nowNs + durationNs;
    if (lane !== this.endingLane) this.laneChanged(lane);
    if (durationNs !== 0) this.log.push(lane, this.nowNs, word >> WORD_CAUSE_SHIFT);
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
    const { rows } = this.steps;
    const row = pc * STEP_ROW;
    const word = rows[row + STEP_WORD];
    if ((this.attention[this.frameCpu[frame]] & word & WORD_ACCEPTS) !== 0) {
      this.attend(lane, frame);
      return;
    }
    if (this.watched[frame] === 1) this.watchedResume(frame);
    this.laneFrame[lane] = frame;
    this.segmentEndNs[lane] = this.nowNs + remainingNs;
    if (lane !== this.endingLane) this.laneChanged(lane);
    if (remainingNs !== 0) this.log.push(lane, this.nowNs, word >> WORD_CAUSE_SHIFT);
    if (this.trace !== null) this.trace.step('resume', this.nowNs, lane, frame, pc);
  }

  /** The running step of a lane ends at another time than it thought: what it waits for happens. */
  endSegmentAt(lane: number, atNs: number): void {
    this.segmentEndNs[lane] = atNs;
    this.laneChanged(lane);
  }

  /** From now on everything drawn takes `thousandths` on a lane, what is running there included. */
  changeSpeed(lane: number, thousandths: number): void {
    const before = this.slowdown[lane];
    this.slowdown[lane] = thousandths;
    const endNs = this.segmentEndNs[lane];
    const drawn = this.steps.rows[this.framePc[this.laneFrame[lane]] * STEP_ROW + STEP_COST] >= 0;
    if (!drawn || endNs <= this.nowNs || endNs === Number.POSITIVE_INFINITY) return;
    const exactNs = ((endNs - this.nowNs) * thousandths) / before;
    const remainingNs = Math.ceil(exactNs);
    this.slowdownCarry[lane] += (remainingNs - exactNs) * 1000;
    this.endSegmentAt(lane, this.nowNs + remainingNs);
  }

  private laneChanged(lane: number): void {
    this.otherLaneChanged = true;
    this.laneOrder.refresh(lane);
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
}
