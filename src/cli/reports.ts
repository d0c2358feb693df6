/**
 * Results as text, page and charts. The drawing libraries take half a second to load, so they are
 * loaded when a chart is asked for and not before.
 */
import type { RunResult } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { dependencyFile, dependencyText } from './packageFiles.js';

export interface NamedData {
  readonly name: string;
  readonly data: string | Uint8Array;
}

/** The one-file page; `command` is what gives the result again. */
export async function htmlPage(
  result: RunResult,
  plan: NormalizedPlan,
  command: string,
): Promise<string> {
  const { renderHtml } = await import('../report/html.js');
  const libraries = {
    vega: dependencyText('vega', 'build/vega.min.js'),
    vegaLite: dependencyText('vega-lite', 'build/vega-lite.min.js'),
  };
  return renderHtml({ result, plan, libraries, command });
}

/** The font that PNG charts carry with them, so that they have text on a machine without fonts. */
const FONTS = ['ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf'];

/** Every chart of a result as a file. */
export async function chartFiles(result: RunResult, format: 'svg' | 'png'): Promise<NamedData[]> {
  const { chartsOf } = await import('../report/charts.js');
  const { renderSvg } = await import('../report/svg.js');
  const { renderPng } = await import('../report/png.js');
  const fontFiles = FONTS.map((file) => dependencyFile('dejavu-fonts-ttf', file));
  const files: NamedData[] = [];
  for (const { id, spec } of chartsOf(result)) {
    const svg = await renderSvg(spec);
    const data = format === 'svg' ? svg : renderPng(svg, { fontFiles, fontFamily: 'DejaVu Sans' });
    files.push({ name: `${id}.${format}`, data });
  }
  return files;
}
