/** How often a latency is reached or passed: the tail as a line, the last sample at 1 / count. */
import type { TopLevelSpec } from 'vega-lite';
import type { WorkloadResult } from '../latency/result.js';
import {
  CHART_CONFIG,
  CHART_WIDTH,
  PALETTE,
  toUs,
  VEGA_LITE_SCHEMA,
  ZERO_DRAWN_AT_NS,
} from './chartStyle.js';
import { exceedancePoints } from './exceedance.js';
import { countText } from './figures.js';
import { referenceLayer, referenceLines } from './referenceLines.js';

export function exceedanceSpec(workload: WorkloadResult): TopLevelSpec {
  const { minNs, maxNs, count } = workload.latency;
  // Log-log by definition; a single value has no extent for a logarithmic axis.
  const log = maxNs > minNs;
  const values = exceedancePoints(workload.histogram).map(({ ns, share }) => ({
    us: toUs(log ? Math.max(ns, ZERO_DRAWN_AT_NS) : ns),
    share,
  }));
  const zeroNote = log && minNs === 0 ? '; 0 ns is drawn at 0.0005 us' : '';
  return {
    $schema: VEGA_LITE_SCHEMA,
    title: {
      text: `Exceedance: ${workload.title}`,
      subtitle: `share of the ${countText(count)} samples at or above a latency${zeroNote}`,
    },
    width: CHART_WIDTH,
    height: 240,
    config: CHART_CONFIG,
    layer: [
      {
        data: { values },
        mark: {
          type: 'line',
          interpolate: 'step-before',
          color: PALETTE.blue,
          strokeWidth: 2,
          point: { size: 14, color: PALETTE.blue },
          tooltip: true,
        },
        encoding: {
          x: {
            field: 'us',
            type: 'quantitative',
            title: 'latency (us)',
            scale: log ? { type: 'log', nice: false } : { zero: false },
            axis: { format: '~r', labelOverlap: true },
          },
          y: {
            field: 'share',
            type: 'quantitative',
            title: 'share of samples at or above',
            scale: { type: 'log', domain: [1 / Math.max(count, 10) / 1.5, 1], nice: false },
            axis: { format: '~e', labelOverlap: true },
          },
        },
      },
      referenceLayer(count > 0 ? referenceLines(workload) : []),
    ],
  };
}
