/** What programs, events and observers of the engine look like. */

/**
 * What happens at the end of a step. Returns the next step of the frame, or -1 if it has arranged by
 * itself what the lane runs next.
 */
export type Action<M> = (machine: M, frame: number, pc: number, lane: number) => number;

/** What happens when a slot is due. */
export type SlotHandler<M> = (machine: M, argument: number) => void;

/** Sees every step begin, pause, resume and end; for golden traces and the stepper. */
export interface TraceSink {
  step(
    kind: 'begin' | 'resume' | 'pause' | 'end',
    atNs: number,
    lane: number,
    frame: number,
    pc: number,
  ): void;
}

export interface EngineSize {
  readonly seed: string;
  readonly lanes: number;
  readonly frames: number;
  readonly slots: number;
  readonly oracle: boolean;
  readonly usageClasses: number;
}
