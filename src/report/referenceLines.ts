/** Vertical lines on latency charts: what was observed, and what is required. */
import type { WorkloadResult } from '../latency/result.js';
import { PALETTE, toUs, ZERO_DRAWN_AT_NS } from './chartStyle.js';
import { usText } from './figures.js';

export interface ReferenceLine {
  readonly us: number;
  /** With the figure, because the legend carries it: labels at the lines would overlap. */
  readonly label: string;
  readonly colour: string;
  readonly dash: number[];
}

const LIMITS_MAX = 4;

/** Minimum, maximum, and the limits of the first requirements. */
export function referenceLines(workload: WorkloadResult): ReferenceLine[] {
  const { minNs, maxNs } = workload.latency;
  const line = (name: string, ns: number, colour: string, dash: number[]): ReferenceLine => ({
    us: toUs(Math.max(ns, ZERO_DRAWN_AT_NS)),
    label: `${name} ${usText(ns)} us`,
    colour,
    dash,
  });
  const limits = workload.requirements
    .slice(0, LIMITS_MAX)
    .map(({ statistic, limitNs }) =>
      line(
        `limit for ${statistic === 'max' ? 'max' : `p${statistic}`}`,
        limitNs,
        statistic === 'max' ? PALETTE.vermilion : PALETTE.purple,
        [6, 3],
      ),
    );
  const lines = [
    line('min', minNs, PALETTE.green, [2, 2]),
    line('max', maxNs, PALETTE.orange, [2, 2]),
    ...limits,
  ];
  // Two requirements may name one limit: one line, one entry in the legend.
  return lines.filter((a, i) => lines.findIndex((b) => b.label === a.label) === i);
}

/** The layer that draws the lines, with a legend that names them. */
export function referenceLayer(lines: readonly ReferenceLine[]) {
  const labels = lines.map(({ label }) => label);
  return {
    data: { values: lines.map(({ us, label }) => ({ us, label })) },
    mark: { type: 'rule' as const, strokeWidth: 1.5, tooltip: true },
    encoding: {
      x: { field: 'us', type: 'quantitative' as const },
      color: {
        field: 'label',
        type: 'nominal' as const,
        title: null,
        scale: { domain: labels, range: lines.map(({ colour }) => colour) },
      },
      strokeDash: {
        field: 'label',
        type: 'nominal' as const,
        title: null,
        scale: { domain: labels, range: lines.map(({ dash }) => dash) },
      },
    },
  };
}
