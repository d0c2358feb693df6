/** The figure of an experiment: span and mean of every variant, beside what was published. */
import type { TopLevelSpec } from 'vega-lite';
import { CHART_CONFIG, PALETTE, toUs, VEGA_LITE_SCHEMA } from '../report/chartStyle.js';
import type { Experiment } from './experiment.js';
import type { ExperimentSummary } from './summary.js';

/** From this ratio of largest to smallest on, a linear axis hides the small ones. */
const LOG_FROM_RATIO = 40;
/** Shorter spans are drawn from here on a logarithmic axis. */
const LOG_FLOOR_US = 0.01;

interface Bar {
  readonly variant: string;
  readonly what: 'simulated' | 'published';
  readonly minUs: number;
  readonly meanUs?: number;
  readonly maxUs: number;
}

/** The workload shown: the one named, or the first of the first variant. */
export function shownWorkload(experiment: Experiment, summary: ExperimentSummary): string {
  const first = summary.variants[experiment.variants[0].name] ?? {};
  return experiment.figureWorkload ?? Object.keys(first)[0] ?? '';
}

function barsOf(experiment: Experiment, summary: ExperimentSummary): Bar[] {
  const workload = shownWorkload(experiment, summary);
  return experiment.variants.flatMap(({ name, title, published }): Bar[] => {
    const ofVariant = summary.variants[name] ?? {};
    const latency = ofVariant[workload] ?? Object.values(ofVariant)[0];
    const bars: Bar[] = [];
    if (latency !== undefined) {
      const { count, minNs, meanNs, maxNs } = latency;
      const mean = count > 0 ? { meanUs: toUs(meanNs) } : {};
      bars.push({
        variant: title,
        what: 'simulated',
        minUs: toUs(minNs),
        ...mean,
        maxUs: toUs(maxNs),
      });
    }
    if (published !== undefined) {
      const { minNs = 0, maxNs } = published;
      bars.push({ variant: title, what: 'published', minUs: toUs(minNs), maxUs: toUs(maxNs) });
    }
    return bars;
  });
}

function isLogarithmic(experiment: Experiment, bars: readonly Bar[]): boolean {
  if (experiment.figureScale !== undefined) return experiment.figureScale === 'log';
  const most = bars.reduce((largest, { maxUs }) => Math.max(largest, maxUs), 0);
  const least = bars.reduce((smallest, { maxUs }) => Math.min(smallest, maxUs), most);
  return most > LOG_FROM_RATIO * Math.max(least, LOG_FLOOR_US);
}

/** The spec; its data are those of the summary. */
export function experimentFigure(experiment: Experiment, summary: ExperimentSummary): TopLevelSpec {
  const bars = barsOf(experiment, summary);
  const log = isLogarithmic(experiment, bars);
  const drawn = (us: number): number => (log ? Math.max(LOG_FLOOR_US, us) : us);
  const values = bars.map(({ meanUs, ...one }) => ({
    ...one,
    minUs: drawn(one.minUs),
    ...(meanUs === undefined ? {} : { meanUs: drawn(meanUs) }),
    maxUs: drawn(one.maxUs),
  }));
  const x = {
    type: 'quantitative',
    title: `latency of ${shownWorkload(experiment, summary)} (us)${log ? ', logarithmic' : ''}`,
    scale: log ? ({ type: 'log', nice: true } as const) : { zero: true },
    axis: { format: '~r', labelOverlap: true },
  } as const;
  const y = { field: 'variant', type: 'nominal', sort: null, title: null } as const;
  const yOffset = { field: 'what', type: 'nominal', sort: null } as const;
  const color = {
    field: 'what',
    type: 'nominal',
    title: null,
    scale: { domain: ['simulated', 'published'], range: [PALETTE.blue, PALETTE.orange] },
  } as const;
  return {
    $schema: VEGA_LITE_SCHEMA,
    title: { text: experiment.title, subtitle: subtitleOf(experiment) },
    width: 520,
    height: { step: 22 },
    config: CHART_CONFIG,
    data: { values },
    layer: [
      {
        mark: { type: 'bar', height: 8, opacity: 0.75 },
        encoding: { x: { ...x, field: 'minUs' }, x2: { field: 'maxUs' }, y, yOffset, color },
      },
      {
        transform: [{ filter: 'isValid(datum.meanUs)' }],
        mark: { type: 'tick', thickness: 3, size: 14, color: PALETTE.vermilion },
        encoding: { x: { ...x, field: 'meanUs' }, y, yOffset },
      },
    ],
  };
}

function subtitleOf({ run, seeds }: Experiment): string {
  const length =
    run.activations === undefined
      ? `${(run.untilNs ?? 0) / 1e9} s`
      : `${run.activations} activations`;
  return `from minimum to maximum, mean in red; ${length} under each of ${seeds.length} seeds`;
}
