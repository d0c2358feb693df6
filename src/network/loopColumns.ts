/** State of polling loops and of packet sources. */

/** A stop of a loop that looks after held batches instead of a list. */
export const STOP_DRAIN = -1;

/** Stretch of a drain that is not due. */
export const NO_DRAIN = -2;

export class LoopColumns {
  readonly task: Int32Array;
  /** Stops of loop l: `stops[first[l] .. first[l + 1])`, a list or STOP_DRAIN each. */
  readonly first: Int32Array;
  readonly stops: Int32Array;
  /** Stop that is looked at next, and turns since the last housekeeping. */
  readonly cursor: Int32Array;
  readonly turn: Int32Array;
  /** Turns between two rounds of housekeeping; 0: none. */
  readonly turns: Int32Array;
  /** 1: it polls and finds nothing, in a stretch of visits of one length. */
  readonly idle: Uint8Array;
  /** Number of the stretch, length of a visit, executed time at which the running step ends. */
  readonly stretch: Float64Array;
  readonly visitNs: Float64Array;
  readonly untilNs: Float64Array;
  /** Visits in the stretch if nothing comes. */
  readonly visits: Float64Array;
  /** Packets a visit at most, and how many the visit under way has left. */
  readonly burst: Int32Array;
  readonly left: Int32Array;
  /** List that is being visited or handed on. */
  readonly list: Int32Array;
  /** 1: the step under way hands on what has been held long enough. */
  readonly draining: Uint8Array;
  readonly flushNs: Float64Array;
  readonly drainSlot: Int32Array;
  /** A held batch is due since: as a packet's stamp; stretch -2: none is. */
  readonly drainStampNs: Float64Array;
  readonly drainStretch: Float64Array;
  /** Source of the length of an empty visit. */
  readonly emptyCost: Int32Array;
  /** First step of the loop's program, and its steps that serve, drain and keep house. */
  readonly pollStep: Int32Array;
  readonly serveStep: Int32Array;
  readonly drainStep: Int32Array;
  readonly houseStep: Int32Array;

  constructor(loops: number, stops: number) {
    this.task = new Int32Array(loops).fill(-1);
    this.first = new Int32Array(loops + 1);
    this.stops = new Int32Array(stops);
    this.cursor = new Int32Array(loops);
    this.turn = new Int32Array(loops);
    this.turns = new Int32Array(loops);
    this.idle = new Uint8Array(loops);
    this.stretch = new Float64Array(loops);
    this.visitNs = new Float64Array(loops);
    this.untilNs = new Float64Array(loops);
    this.visits = new Float64Array(loops);
    this.burst = new Int32Array(loops);
    this.left = new Int32Array(loops);
    this.list = new Int32Array(loops).fill(-1);
    this.draining = new Uint8Array(loops);
    this.flushNs = new Float64Array(loops);
    this.drainSlot = new Int32Array(loops).fill(-1);
    this.drainStampNs = new Float64Array(loops);
    this.drainStretch = new Float64Array(loops).fill(NO_DRAIN);
    this.emptyCost = new Int32Array(loops);
    this.pollStep = new Int32Array(loops).fill(-1);
    this.serveStep = new Int32Array(loops).fill(-1);
    this.drainStep = new Int32Array(loops).fill(-1);
    this.houseStep = new Int32Array(loops).fill(-1);
  }
}

export class SourceColumns {
  readonly interface: Int32Array;
  readonly slot: Int32Array;
  /** Source of distances; -1: a recorded list. */
  readonly everyCost: Int32Array;
  readonly burst: Int32Array;
  readonly gapNs: Float64Array;
  /** Packets of the burst still to come. */
  readonly left: Int32Array;
  /** Begin of the burst under way, or of the round through the list. */
  readonly sinceNs: Float64Array;
  /** Recorded arrivals of source s: `list[listFirst[s] .. listFirst[s + 1])`, and the next one. */
  list = new Float64Array(0);
  readonly listFirst: Int32Array;
  readonly listNext: Int32Array;
  readonly repeatNs: Float64Array;

  constructor(sources: number) {
    this.interface = new Int32Array(sources);
    this.slot = new Int32Array(sources).fill(-1);
    this.everyCost = new Int32Array(sources).fill(-1);
    this.burst = new Int32Array(sources).fill(1);
    this.gapNs = new Float64Array(sources);
    this.left = new Int32Array(sources);
    this.sinceNs = new Float64Array(sources);
    this.listFirst = new Int32Array(sources + 1);
    this.listNext = new Int32Array(sources);
    this.repeatNs = new Float64Array(sources);
  }
}
