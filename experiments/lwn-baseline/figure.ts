/** The figure of this experiment: simulated spans and means beside what was published. */
import type { TopLevelSpec } from 'vega-lite';
import { CHART_CONFIG, PALETTE, VEGA_LITE_SCHEMA } from '../../src/report/chartStyle.js';
import type { Variant } from './variants.js';

/** Simulated figures of a variant in us. */
export interface Measured {
  readonly minUs: number;
  readonly meanUs: number;
  readonly maxUs: number;
}

export function baselineFigure(
  variants: readonly Variant[],
  measured: Readonly<Record<string, Measured>>,
  samples: number,
): TopLevelSpec {
  const values = variants.flatMap(({ name, published }) => [
    { variant: name, what: 'simulated', ...measured[name] },
    ...(published === undefined
      ? []
      : [
          { variant: name, what: 'published', minUs: published.minUs ?? 0, maxUs: published.maxUs },
        ]),
  ]);
  const x = {
    type: 'quantitative',
    title: 'cyclictest latency (us)',
    scale: { zero: true },
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
    title: {
      text: 'Guest and bare metal: simulated and published',
      subtitle: `min, mean and max of ${samples} simulated samples; published: hours, or not stated`,
    },
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
        transform: [{ filter: "datum.what === 'simulated'" }],
        mark: { type: 'tick', thickness: 3, size: 14, color: PALETTE.vermilion },
        encoding: { x: { ...x, field: 'meanUs' }, y, yOffset },
      },
    ],
  };
}
