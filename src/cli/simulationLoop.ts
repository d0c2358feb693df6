/**
 * Runs a simulation in short slices, so that Ctrl-C is heard and the progress bar moves. How the
 * run is sliced never changes its result.
 */
import type { Context } from './context.js';
import { ProgressBar } from './progress.js';

/** The part of a simulation that the loop uses. */
export interface Advanceable {
  readonly nowNs: number;
  readonly progress: number;
  /** Runs about `maxEvents` events; true when the run is finished. */
  advance(maxEvents: number): boolean;
}

/** Wall time of a slice: short enough for a prompt answer, long enough to cost nothing. */
const SLICE_MS = 50;
const FIRST_SLICE_EVENTS = 2_000;
const MAX_SLICE_EVENTS = 50_000_000;

const yieldToSignals = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Events for the next slice; at most doubles, since the first slices run cold. */
function nextSlice(events: number, tookMs: number): number {
  const wanted = tookMs <= 0 ? events * 2 : Math.round((events * SLICE_MS) / tookMs);
  return Math.min(MAX_SLICE_EVENTS, events * 2, Math.max(100, wanted));
}

/** Runs to the end or to the first Ctrl-C; true if to the end. */
export async function runSimulation(
  simulation: Advanceable,
  context: Context,
  showProgress: boolean,
): Promise<boolean> {
  const bar = new ProgressBar(context.stderr, showProgress);
  let interrupted = false;
  const release = context.onInterrupt(() => {
    interrupted = true;
  });
  const startMs = performance.now();
  let events = FIRST_SLICE_EVENTS;
  let finished = false;
  while (!finished && !interrupted) {
    const beforeMs = performance.now();
    finished = simulation.advance(events);
    const nowMs = performance.now();
    events = nextSlice(events, nowMs - beforeMs);
    bar.update({
      fraction: simulation.progress,
      simulatedNs: simulation.nowNs,
      elapsedMs: nowMs - startMs,
    });
    await yieldToSignals();
  }
  bar.clear();
  if (!interrupted) release();
  return finished;
}
