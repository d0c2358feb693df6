/** The result's part of the page: verdicts, latencies, worst samples, what the partition costs. */
import { formatDuration } from '../base/units.js';
import type {
  PartitionCost,
  RunResult,
  Verdict,
  WorkloadResult,
  WorstSample,
} from '../latency/result.js';
import { assumedLawsText } from '../plan/assumedLaws.js';
import type { NormalizedPlan } from '../plan/normalized.js';
import type { Chart } from './charts.js';
import { percentText, sortedShares, usText } from './figures.js';
import { Html, html, htmlTable } from './htmlTemplate.js';
import { LATENCY_COLUMNS, latencyCells, unsupportedNote } from './terminalLatency.js';
import { lostLines, lostText, neededText, observedText, unfinishedLines } from './verdictText.js';

const WORST_SHOWN = 10;
const SHARE_BAR_REM = 12;
const VERDICT_CLASSES: Readonly<Record<Verdict, string>> = {
  guaranteed: 'met',
  'guaranteed if': 'open',
  met: 'met',
  open: 'open',
  fails: 'fails',
  'not enough samples': 'open',
};

const REQUIREMENT_COLUMNS = [
  'verdict',
  'workload',
  'requirement',
  'limit',
  'observed',
  'witness',
  'bound',
];

export function requirementsHtml(result: RunResult): Html {
  const rows = result.workloads.flatMap((workload) =>
    workload.requirements.map((requirement) => {
      const { verdict, text, limitNs, boundNs, witnessNs } = requirement;
      return [
        html`<span class="${VERDICT_CLASSES[verdict]}">${verdict}</span>`,
        workload.id,
        text,
        `${usText(limitNs)} us`,
        neededText(requirement, workload, result) || observedText(requirement, workload),
        witnessNs === undefined ? '-' : `${usText(witnessNs)} us`,
        typeof boundNs === 'number' ? `${usText(boundNs)} us` : 'none',
      ];
    }),
  );
  if (rows.length === 0) return html`<p>The plan states no requirement.</p>`;
  return html`${htmlTable(REQUIREMENT_COLUMNS, rows, 3)}
<p class="soft">Met speaks of the samples of this run; guaranteed rests on the bound, and
“guaranteed if” on a bound with assumed figures in it. A witness is a latency that a search found to
be possible: above a limit it fails it.</p>`;
}

export function latencyHtml({ workloads }: RunResult, plan: NormalizedPlan): Html {
  if (workloads.length === 0) return html`<p>The plan measures no workload.</p>`;
  const rows = workloads.map((workload) => [
    html`<b>${workload.id}</b><br><small>${workload.title}</small>`,
    ...latencyCells(workload),
  ]);
  const note = unsupportedNote(workloads);
  const trust = assumedLawsText(plan.platform);
  return html`${htmlTable(['workload (us)', ...LATENCY_COLUMNS], rows, 1)}
${[...unfinishedLines(workloads), ...lostLines(workloads)].map((line) => html`<p class="notice">${line}</p>\n`)}
${note === '' ? '' : html`<p class="soft">${note}</p>`}
${trust === '' ? '' : html`<p class="soft">${trust}.</p>`}`;
}

export function workloadHtml(
  workload: WorkloadResult,
  charts: readonly Chart[],
  staticCharts: ReadonlyMap<string, string>,
): Html {
  const { id, title, latency, worst } = workload;
  if (latency.count === 0) return html`<h3>${id}: ${title}</h3>\n<p>No sample was taken.</p>`;
  return html`<h3>${id}: ${title}</h3>
${charts.map((chart) => chartHtml(chart, staticCharts))}
${worst.length === 0 ? '' : worstHtml(worst)}
${causesHtml(workload)}`;
}

/** The place of a chart; `staticCharts` holds SVG of this program's own making. */
export function chartHtml({ id }: Chart, staticCharts: ReadonlyMap<string, string>): Html {
  const drawing = staticCharts.get(id);
  const content =
    drawing === undefined
      ? html`<noscript>This chart needs JavaScript; the figures are in the tables.</noscript>`
      : new Html(drawing);
  return html`<div class="chart" id="chart-${id}">${content}</div>\n`;
}

function worstHtml(worst: readonly WorstSample[]): Html {
  const rows = worst
    .slice(0, WORST_SHOWN)
    .map(({ atNs, latencyNs, attribution }) => [
      formatDuration(atNs, 9),
      attribution.map(({ cause, ns }) => `${cause} ${usText(ns)}`).join(' + '),
      usText(latencyNs),
    ]);
  return html`<details open><summary>Worst samples, every nanosecond accounted for</summary>
${htmlTable(['ended at', 'causes (us)', 'latency (us)'], rows, 2)}</details>`;
}

function causesHtml({ causes, latency }: WorkloadResult): Html {
  const shares = sortedShares(Object.entries(causes).map(([cause, ns]) => ({ cause, ns })));
  const total = shares.reduce((sum, { ns }) => sum + ns, 0);
  const rows = shares.map(({ cause, ns }) => {
    const share = total > 0 ? ns / total : 0;
    const width = (SHARE_BAR_REM * share).toFixed(2);
    return [
      cause,
      html`<span class="share" style="width:${width}rem"></span>`,
      percentText(share),
      usText(ns / latency.count),
    ];
  });
  return html`<details><summary>Causes over all samples</summary>
${htmlTable(['cause', '', 'share', 'mean (us)'], rows, 2)}</details>`;
}

/** Packets of every interface; nothing if the plan has no switch. */
export function switchesHtml({ switches }: RunResult): Html {
  if (!switches) return html``;
  const rows = switches.flatMap(({ name, interfaces }) =>
    interfaces.map((one) => [
      `${name} ${one.name}`,
      one.leadsTo,
      one.pollers.join(', '),
      lostText(one.lost) || 'none',
      one.arrived,
      one.done,
    ]),
  );
  return html`<h2>Switches</h2>
${htmlTable(['interface', 'leads to', 'polled by', 'lost', 'packets in', 'done'], rows, 4)}`;
}

export function costHtml({
  pcpus,
  isolated,
  nohzFull,
  idle,
  polling,
  realtime,
  bestEffortCapacity,
}: PartitionCost): Html {
  const tile = (figure: string, text: string) =>
    html`<div class="tile"><b>${figure}</b>${text}</div>`;
  return html`<div class="tiles">
${tile(`${isolated} / ${pcpus}`, 'pCPUs isolated')}
${tile(`${nohzFull} / ${pcpus}`, 'pCPUs without tick (nohz_full)')}
${tile(percentText(idle), 'of all pCPU time idle')}
${tile(percentText(polling), 'burnt in polling')}
${tile(percentText(realtime), 'realtime work')}
${tile(bestEffortCapacity.toFixed(2), "pCPUs' worth left for best-effort work")}
</div>`;
}
