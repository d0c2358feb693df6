/** Recorded histograms of cyclictest: one file a plan, every repetition in it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Repetition {
  /** Boots are numbered; repetitions of one boot ran one after the other, minutes apart. */
  readonly boot: number;
  /** `[latency in 0.1 ms, activations]`, ascending by latency. */
  readonly histogram: ReadonlyArray<readonly [number, number]>;
}

export interface MeasuredRecording {
  readonly plan: string;
  readonly kernel: string;
  readonly cmdline: string;
  readonly guestCmdline: string;
  readonly command: string;
  readonly unit: string;
  readonly repetitions: readonly Repetition[];
}

/** Of one class of the histograms. */
export const CLASS_NS = 100_000;

const pathOf = (plan: string): string => join(import.meta.dirname, 'recordings', `${plan}.json`);

export function readMeasured(plan: string): MeasuredRecording {
  return JSON.parse(readFileSync(pathOf(plan), 'utf8'));
}

/** One repetition a line, so that a diff shows what was added. */
export function writeMeasured(recording: MeasuredRecording): void {
  const { repetitions, ...head } = recording;
  const lines = repetitions.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
  const text = JSON.stringify(head, null, 2).replace(/\n}$/, '');
  writeFileSync(pathOf(recording.plan), `${text},\n  "repetitions": [\n${lines}\n  ]\n}\n`);
}

/** Latencies in ns as a histogram. */
export function histogramOf(latenciesNs: readonly number[]): Array<[number, number]> {
  const counts = new Map<number, number>();
  for (const ns of latenciesNs) {
    const at = Math.round(ns / CLASS_NS);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}
