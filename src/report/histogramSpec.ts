/** Latency histogram with logarithmic counts: the single worst sample is as visible as the bulk. */
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
import { countText } from './figures.js';
import { binLatencies, latencyAxis } from './latencyBins.js';
import { referenceLayer, referenceLines } from './referenceLines.js';

/** One sample is a bar from here to 1. */
const COUNT_FLOOR = 0.5;

export function histogramSpec(workload: WorkloadResult): TopLevelSpec {
  const { minNs, count } = workload.latency;
  const axis = latencyAxis(workload);
  const { log } = axis;
  const values = binLatencies(workload.histogram, axis).map((bin) => ({
    fromUs: toUs(log ? Math.max(bin.fromNs, ZERO_DRAWN_AT_NS) : bin.fromNs),
    toUs: toUs(bin.toNs),
    samples: bin.count,
  }));
  const largest = values.reduce((most, { samples }) => Math.max(most, samples), 1);
  const zeroNote = log && minNs === 0 ? '; 0 ns is drawn at 0.0005 us' : '';
  return {
    $schema: VEGA_LITE_SCHEMA,
    title: {
      text: `Latency histogram: ${workload.title}`,
      subtitle: `${countText(count)} samples, logarithmic counts${zeroNote}`,
    },
    width: CHART_WIDTH,
    height: 240,
    config: CHART_CONFIG,
    layer: [
      {
        data: { values },
        mark: { type: 'bar', color: PALETTE.blue, tooltip: true },
        encoding: {
          x: {
            field: 'fromUs',
            type: 'quantitative',
            title: 'latency (us)',
            scale: log ? { type: 'log', nice: false } : { zero: false, nice: false },
            axis: { format: '~r', labelOverlap: true },
          },
          x2: { field: 'toUs' },
          y: {
            field: 'samples',
            type: 'quantitative',
            title: 'samples',
            scale: { type: 'log', domain: [COUNT_FLOOR, largest * 1.5], nice: false },
            axis: { format: '~s', labelOverlap: true },
          },
          y2: { datum: COUNT_FLOOR },
        },
      },
      referenceLayer(count > 0 ? referenceLines(workload) : []),
    ],
  };
}
