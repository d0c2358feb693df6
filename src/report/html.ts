/**
 * A result and its plan as one HTML file that needs nothing else: no network, no other file. The
 * tables work without JavaScript; the charts are drawn by the vega libraries inside the file. A
 * content security policy in the page forbids every load.
 */

import { formatDuration } from '../base/units.js';
import type { RunResult } from '../latency/result.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import { chartsOf } from './charts.js';
import { partitionHtml } from './htmlPartition.js';
import { guestsHtml, hostHtml, workloadsHtml } from './htmlPlan.js';
import {
  chartHtml,
  costHtml,
  latencyHtml,
  requirementsHtml,
  switchesHtml,
  workloadHtml,
} from './htmlResult.js';
import { PAGE_SCRIPT } from './htmlScript.js';
import { PAGE_STYLE } from './htmlStyle.js';
import { Html, html, htmlTable, jsonText, scriptText } from './htmlTemplate.js';

export interface HtmlInput {
  readonly result: RunResult;
  readonly plan: NormalizedPlan;
  /** Texts of vega/build/vega.min.js and vega-lite/build/vega-lite.min.js. */
  readonly libraries: { readonly vega: string; readonly vegaLite: string };
  /** The command line that gives this result again. */
  readonly command: string;
  /** SVG by chart id, as renderSvg draws it: shown until, or without, JavaScript. */
  readonly staticCharts?: ReadonlyMap<string, string>;
}

const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:";

/**
 * The text of the page.
 *
 * @example renderHtml({ result, plan, libraries, command: 'isochron run plan.yaml --seed 7' })
 */
export function renderHtml({
  result,
  plan,
  libraries,
  command,
  staticCharts = new Map(),
}: HtmlInput): string {
  const charts = chartsOf(result);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${result.planName} - Isochron</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
${headHtml(result)}
<h2>Requirements</h2>
${requirementsHtml(result)}
<h2>Latency</h2>
${latencyHtml(result, plan)}
${result.workloads.map((workload, index) =>
  workloadHtml(
    workload,
    charts.filter((chart) => chart.workload === index),
    staticCharts,
  ),
)}
${switchesHtml(result)}
<h2>What the partition costs</h2>
${costHtml(result.partition)}
${charts.filter(({ workload }) => workload === undefined).map((chart) => chartHtml(chart, staticCharts))}
<h2>Partition</h2>
${partitionHtml(plan)}
<h2>Plan</h2>
${hostHtml(plan)}
${guestsHtml(plan)}
<h3>Workloads</h3>
${workloadsHtml(plan)}
<h2>Assumptions</h2>
${assumptionsHtml(result)}
<h2>How to get this result again</h2>
${reproduceHtml(result, command)}
<script type="application/json" id="chart-specs">${jsonText(charts.map(({ id, spec }) => ({ id, spec })))}</script>
<script>${scriptText(libraries.vega)}</script>
<script>${scriptText(libraries.vegaLite)}</script>
<script>${scriptText(PAGE_SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

function headHtml(result: RunResult): Html {
  const notice = result.complete
    ? ''
    : html`<p class="notice"><b>Incomplete.</b> The run was stopped; the figures cover what was
simulated so far.</p>`;
  return html`<header><h1>${result.planName}</h1>
<p class="soft">Predicted latency of a partition plan, simulated for ${formatDuration(result.simulatedNs)}
by Isochron ${result.version}.</p>
${notice}</header>`;
}

function assumptionsHtml({ assumptions }: RunResult): Html {
  if (assumptions.length === 0) return html`<p>None: every figure was stated.</p>`;
  return html`<p>Figures and settings that no file stated. The result holds as far as they do.</p>
<ol>${assumptions.map((text) => html`<li>${text}</li>\n`)}</ol>`;
}

function reproduceHtml(result: RunResult, command: string): Html {
  return html`<pre>${command}</pre>
${htmlTable(
  ['', ''],
  [
    ['version', html`<code>${result.version}</code>`],
    ['seed', html`<code>${result.seed}</code>`],
    ['plan hash', html`<code>${result.planHash}</code>`],
    ['fingerprint', html`<code>${result.fingerprint}</code>`],
  ],
)}
<p class="soft">Plan, seed and version being the same, every figure and the fingerprint are the same on
any machine.</p>`;
}
