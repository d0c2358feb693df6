/**
 * Results as text, page and charts. The drawing libraries take half a second to load, so they are
 * loaded when a chart is asked for and not before.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { dependencyText } from './packageFiles.js';

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

/** Where systems keep their fonts; resvg looks there too. */
const FONT_FOLDERS = [
  '/usr/share/fonts',
  '/usr/local/share/fonts',
  join(homedir(), '.fonts'),
  join(homedir(), '.local/share/fonts'),
  '/System/Library/Fonts',
  'C:\\Windows\\Fonts',
];

/** False where a PNG would come out without any text. */
export function hasFonts(): boolean {
  return FONT_FOLDERS.some((folder) => existsSync(folder));
}

/** Every chart of a result as a file. */
export async function chartFiles(result: RunResult, format: 'svg' | 'png'): Promise<NamedData[]> {
  const { chartsOf } = await import('../report/charts.js');
  const { renderSvg } = await import('../report/svg.js');
  const { renderPng } = await import('../report/png.js');
  const files: NamedData[] = [];
  for (const { id, spec } of chartsOf(result)) {
    const svg = await renderSvg(spec);
    const data =
      format === 'svg' ? svg : renderPng(svg, { fontFiles: [], fontFamily: 'DejaVu Sans' });
    files.push({ name: `${id}.${format}`, data });
  }
  return files;
}
