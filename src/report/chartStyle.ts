/** One look for every chart. */
import type { Config } from 'vega-lite';

export const VEGA_LITE_SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Okabe and Ito's palette, told apart with every common colour blindness; grey is for the rest. */
export const PALETTE = {
  orange: '#E69F00',
  sky: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermilion: '#D55E00',
  purple: '#CC79A7',
  grey: '#999999',
  paleGrey: '#D9D9D9',
} as const;

/** Colours for causes, in the order in which they are given out. */
export const CAUSE_COLOURS: readonly string[] = [
  PALETTE.vermilion,
  PALETTE.blue,
  PALETTE.orange,
  PALETTE.green,
  PALETTE.sky,
  PALETTE.purple,
  PALETTE.yellow,
];

export const CHART_WIDTH = 640;

export const CHART_CONFIG: Config = {
  font: 'DejaVu Sans, Verdana, sans-serif',
  background: 'transparent',
  view: { stroke: null },
  axis: { labelFontSize: 11, titleFontSize: 12, gridOpacity: 0.4, labelLimit: 240 },
  legend: { labelFontSize: 11, titleFontSize: 12, labelLimit: 260, symbolLimit: 40 },
  title: { anchor: 'start', fontSize: 14, subtitleFontSize: 11, offset: 12 },
};

/** A zero has no place on a logarithmic axis: it is drawn here, and the subtitle says so. */
export const ZERO_DRAWN_AT_NS = 0.5;

export const toUs = (ns: number): number => ns / 1_000;
