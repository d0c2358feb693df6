/** Experiments as one HTML page that needs no other file and runs no script. */
import { formatDuration } from '../base/units.js';
import { PAGE_STYLE } from '../report/htmlStyle.js';
import { Html, html, htmlTable } from '../report/htmlTemplate.js';
import type { Experiment } from './experiment.js';
import { valueText } from './finding.js';
import type { Held } from './judge.js';
import type { ExperimentSummary } from './summary.js';

export interface PagePart {
  readonly experiment: Experiment;
  readonly summary: ExperimentSummary;
  /** The figure as drawn by this program. */
  readonly svg: string;
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

function heldText(held: Held | undefined, dimension: number, what: string): string {
  if (held?.range === undefined) return '-';
  const [low, high] = held.range.map((value) => valueText(value, dimension));
  return `${low === high ? low : `${low} to ${high}`}, ${held.held} of ${held.of} ${what}`;
}

function claimsTable({ claims }: ExperimentSummary): Html {
  return htmlTable(
    ['claim', 'verdict', 'nominal', 'over the assumed figures', 'hangs on'],
    claims.map(({ says, check, given, verdict, nominal, sweep, dimension, hangsOn }) => [
      html`${says}<br><code>${check}</code>${given === undefined ? '' : html`, given <code>${given}</code>`}`,
      html`<span class="${verdict === 'holds' ? 'met' : 'fails'}">${verdict}</span>`,
      heldText(nominal, dimension, 'seeds'),
      heldText(sweep, dimension, 'points'),
      hangsOn.join(', '),
    ]),
  );
}

function latencyTable(experiment: Experiment, summary: ExperimentSummary): Html {
  const rows = experiment.variants.flatMap(({ name, title }) =>
    Object.entries(summary.variants[name]).map(([id, one]) => {
      const time = (ns: number): string => (one.count > 0 ? formatDuration(ns) : '-');
      return [title, id, one.count, time(one.minNs), time(one.meanNs), formatDuration(one.maxNs)];
    }),
  );
  return htmlTable(['variant', 'workload', 'samples', 'min', 'mean', 'max'], rows, 2);
}

/** The text of the page. */
export function experimentPage(parts: readonly PagePart[]): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Experiments - Isochron</title>
<style>${new Html(PAGE_STYLE)}</style>
</head>
<body>
<h1>Experiments</h1>
${parts.map(
  ({ experiment, summary, svg }) => html`<h2>${experiment.title}</h2>
<p><small>${experiment.name}</small></p>
<p>${experiment.question}</p>
<p><b>${summary.finding}</b></p>
<div class="chart">${new Html(svg)}</div>
${claimsTable(summary)}
${latencyTable(experiment, summary)}
<p>Sources: ${experiment.sources.join('; ')}</p>
<p>Assumed: the figures marked so in the platform file${experiment.assumed.map((text) => `; ${text}`)}</p>
`,
)}
</body>
</html>
`;
  return page.text;
}
