/** Where the nanoseconds of the worst samples went: one stacked bar each, worst on top. */
import type { TopLevelSpec } from 'vega-lite';
import { formatDuration } from '../base/units.js';
import type { WorkloadResult } from '../latency/result.js';
import {
  CAUSE_COLOURS,
  CHART_CONFIG,
  CHART_WIDTH,
  PALETTE,
  toUs,
  VEGA_LITE_SCHEMA,
} from './chartStyle.js';
import { groupedShares, leadingCauses, OTHER_CAUSES } from './worstCauses.js';

const SAMPLES_MAX = 20;

export function worstCausesSpec(workload: WorkloadResult): TopLevelSpec {
  const samples = workload.worst.slice(0, SAMPLES_MAX);
  const leading = leadingCauses(samples);
  const labels = samples.map(({ atNs }, rank) => `${rank + 1}. at ${formatDuration(atNs, 9)}`);
  const values = samples.flatMap((sample, rank) =>
    groupedShares(sample, leading).map(({ cause, ns, order }) => ({
      sample: labels[rank],
      cause,
      us: toUs(ns),
      order,
    })),
  );
  const names = values.some(({ cause }) => cause === OTHER_CAUSES)
    ? [...leading.filter((name) => name !== OTHER_CAUSES), OTHER_CAUSES]
    : leading;
  const colours = names.map((name, i) => (name === OTHER_CAUSES ? PALETTE.grey : CAUSE_COLOURS[i]));
  return {
    $schema: VEGA_LITE_SCHEMA,
    title: {
      text: `Causes of the worst samples: ${workload.title}`,
      subtitle: `the ${samples.length} largest latencies, by the simulated time of their end`,
    },
    width: CHART_WIDTH,
    height: { step: 22 },
    config: CHART_CONFIG,
    data: { values },
    mark: { type: 'bar', tooltip: true },
    encoding: {
      y: { field: 'sample', type: 'nominal', title: null, sort: labels },
      x: {
        field: 'us',
        type: 'quantitative',
        title: 'latency (us)',
        stack: 'zero',
        axis: { tickCount: 10 },
      },
      color: {
        field: 'cause',
        type: 'nominal',
        title: 'cause',
        scale: { domain: names, range: colours },
      },
      order: { field: 'order', type: 'quantitative' },
    },
  };
}
