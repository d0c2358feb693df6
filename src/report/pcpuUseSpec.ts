/** What every pCPU did: busy, polling or idle, and which of them the partition sets apart. */
import type { TopLevelSpec } from 'vega-lite';
import type { PartitionCost } from '../latency/result.js';
import { CHART_CONFIG, CHART_WIDTH, PALETTE, VEGA_LITE_SCHEMA } from './chartStyle.js';

const BAR_STEP_MAX = 24;
/** The mark of an isolated pCPU stands below its bar. */
const ISOLATED_FROM = -0.06;
const ISOLATED_TO = -0.02;

export function pcpuUseSpec(partition: PartitionCost): TopLevelSpec {
  const values = partition.perPcpu.flatMap(({ pcpu, isolated, busy, polling, idle }) => {
    const parts = [
      { pcpu, use: 'busy', from: 0, to: busy },
      { pcpu, use: 'polling', from: busy, to: busy + polling },
      { pcpu, use: 'idle', from: busy + polling, to: busy + polling + idle },
    ].filter(({ from, to }) => to > from);
    if (isolated) parts.push({ pcpu, use: 'isolated', from: ISOLATED_FROM, to: ISOLATED_TO });
    return parts;
  });
  const pcpus = Math.max(1, partition.perPcpu.length);
  return {
    $schema: VEGA_LITE_SCHEMA,
    title: {
      text: 'Use of the pCPUs',
      subtitle: `${partition.isolated} of ${partition.pcpus} pCPUs are isolated (marked below the bar)`,
    },
    width: { step: Math.max(3, Math.min(BAR_STEP_MAX, Math.floor(CHART_WIDTH / pcpus))) },
    height: 200,
    config: CHART_CONFIG,
    data: { values },
    mark: { type: 'bar', tooltip: true },
    encoding: {
      x: {
        field: 'pcpu',
        type: 'ordinal',
        title: 'pCPU',
        axis: { labelOverlap: true, labelAngle: 0 },
      },
      y: {
        field: 'from',
        type: 'quantitative',
        title: 'share of time',
        scale: { domain: [ISOLATED_FROM, 1], nice: false },
        axis: { format: '.0%', values: [0, 0.25, 0.5, 0.75, 1] },
      },
      y2: { field: 'to' },
      color: {
        field: 'use',
        type: 'nominal',
        title: null,
        scale: {
          domain: ['busy', 'polling', 'idle', 'isolated'],
          range: [PALETTE.blue, PALETTE.orange, PALETTE.paleGrey, PALETTE.vermilion],
        },
      },
    },
  };
}
