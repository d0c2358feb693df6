/** The progress bar of a run: how much is done, how fast it goes, how long it will still take. */
import { formatDuration } from '../base/units.js';
import type { Output } from './context.js';

export interface ProgressState {
  /** Done part of the work, 0..1. */
  readonly fraction: number;
  readonly simulatedNs: number;
  readonly elapsedMs: number;
}

/** `12s`, `3min 05s`, `2h 07min`: wall time, coarse on purpose. */
export function formatWallTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const pad = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}min ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}min`;
}

const BARS_MIN = 5;

/**
 * One line without its end, at most `width` characters.
 *
 * @example [########------------]  40%  4s simulated, 1.33 s per second, 5s left
 */
export function formatProgress(state: ProgressState, width: number): string {
  const fraction = Math.min(1, Math.max(0, state.fraction));
  const seconds = state.elapsedMs / 1000;
  const rate = seconds > 0 ? (state.simulatedNs / 1e9 / seconds).toPrecision(3) : '-';
  // An estimate from the first percent alone would jump about.
  const left =
    fraction >= 0.01 ? `${formatWallTime((seconds / fraction) * (1 - fraction))} left` : '- left';
  const percent = `${Math.floor(fraction * 100)}%`.padStart(4);
  const simulated = formatDuration(state.simulatedNs, 2);
  const whole = `${percent}  ${simulated} simulated, ${rate} s per second, ${left}`;
  // What is left matters most: where there is little room, the pace goes first.
  const room = width - BARS_MIN - 3;
  const text = whole.length <= room ? whole : `${percent}  ${left}`;
  const bars = Math.max(BARS_MIN, Math.min(30, Math.max(10, width - 60), width - text.length - 3));
  const full = Math.floor(fraction * bars);
  const bar = `[${'#'.repeat(full)}${'-'.repeat(bars - full)}]`;
  return `${bar} ${text}`.slice(0, width);
}

/** How often the line is drawn again on a terminal, and printed anew elsewhere. */
const REDRAW_MS = 100;
const REPRINT_MS = 1000;

/** Draws on a terminal; where there is none, prints a line a second. */
export class ProgressBar {
  private lastMs = Number.NEGATIVE_INFINITY;
  private drawn = false;

  constructor(
    private readonly output: Output,
    private readonly enabled: boolean,
  ) {}

  update(state: ProgressState): void {
    this.line(state.elapsedMs, (width) => formatProgress(state, width));
  }

  /** Shows one line of at most the given width, if it is time for another. */
  line(elapsedMs: number, text: (width: number) => string): void {
    const tty = this.output.isTTY === true;
    if (!this.enabled || elapsedMs - this.lastMs < (tty ? REDRAW_MS : REPRINT_MS)) return;
    this.lastMs = elapsedMs;
    const width = (this.output.columns ?? 100) - 1;
    const line = text(width).slice(0, width);
    this.output.write(tty ? `\r${line}\u001B[K` : `${line}\n`);
    this.drawn = tty;
  }

  /** Takes the bar off the terminal, so that the result starts on a clean line. */
  clear(): void {
    if (this.drawn) this.output.write('\r\u001B[K');
    this.drawn = false;
  }
}
