/** A latency as a list of steps: when, where, who, what it paid, and which kernel function that is. */
import type { TraceLine } from '../simulation/trace.js';

/** One step of a timeline, times relative to the release. */
export interface TimelineStep {
  readonly fromNs: number;
  readonly durationNs: number;
  readonly pcpu: number;
  readonly context: string;
  readonly step: string;
  readonly kernelFunction: string | null;
  readonly irqOff: boolean;
}

/** Steps that took time and overlap the latency, which ends at `atNs`, cut to it. */
export function timelineOf(
  lines: readonly TraceLine[],
  atNs: number,
  latencyNs: number,
): TimelineStep[] {
  const releaseNs = atNs - latencyNs;
  return lines.flatMap((line) => {
    const fromNs = Math.max(line.fromNs, releaseNs);
    const toNs = Math.min(line.toNs, atNs);
    // A step that runs on beyond the end and began at it is no part of the path.
    if (toNs <= fromNs) return [];
    return [
      {
        fromNs: fromNs - releaseNs,
        durationNs: toNs - fromNs,
        pcpu: line.pcpu,
        context: line.context,
        step: line.step,
        kernelFunction: line.kernelFunction ?? null,
        irqOff: line.irqOff,
      },
    ];
  });
}

/** Without the CPUs that have nothing to do: they hide the path from who reads it. */
export function atWork(steps: readonly TimelineStep[]): TimelineStep[] {
  return steps.filter(({ context, step }) => !(context.endsWith(' idle') && step === 'idle'));
}

const grouped = (ns: number): string => String(ns).replace(/\B(?=(\d{3})+$)/g, ' ');

/** The steps as columns of text; `|` marks interrupts that are off. */
export function timelineText(steps: readonly TimelineStep[]): string {
  const rows = steps.map((one) => [
    `+${grouped(one.fromNs)}`,
    `${grouped(one.durationNs)} ns`,
    `p${one.pcpu}`,
    one.irqOff ? '|' : ' ',
    one.context,
    one.step,
    one.kernelFunction ?? '',
  ]);
  const widths = [0, 1, 2, 3, 4, 5, 6].map((column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column].length), 0),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column < 2 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join('');
}
