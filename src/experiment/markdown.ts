/** The parts of the READMEs that are made from summaries, between two marks. */
import { formatDuration } from '../base/units.js';
import type { Experiment } from './experiment.js';
import { shownWorkload } from './figure.js';
import { valueText } from './finding.js';
import type { ExperimentSummary, LatencyOverSeeds } from './summary.js';

const BEGIN = '<!-- made by isochron experiment --update -->';
const END = '<!-- end -->';

/** The text with what stands between the marks replaced; undefined if there are no marks. */
export function withGenerated(readme: string, generated: string): string | undefined {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END, begin);
  if (begin < 0 || end < 0) return undefined;
  return `${readme.slice(0, begin)}${BEGIN}\n\n${generated}\n${readme.slice(end)}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const time = (ns: number | undefined): string => (ns === undefined ? '-' : formatDuration(ns));

function latencyRow(variant: string, workload: string, latency: LatencyOverSeeds): string {
  const { count, minNs, meanNs, p99Ns, maxNs, unfinished } = latency;
  const none = count === 0;
  const times = none ? ['-', '-', '-'] : [time(minNs), time(meanNs), time(p99Ns)];
  const open = unfinished > 0 ? ` (${unfinished} unfinished)` : '';
  return row([variant, workload, `${count}${open}`, ...times, time(maxNs)]);
}

const rangeText = (range: readonly [number, number] | undefined, dimension: number): string => {
  if (range === undefined) return '-';
  const [low, high] = range.map((value) => valueText(value, dimension));
  return low === high ? low : `${low} to ${high}`;
};

/** Figure, statistics, claims and assumed figures of one experiment. */
export function resultMarkdown(experiment: Experiment, summary: ExperimentSummary): string {
  const shown = shownWorkload(experiment, summary);
  const latencies = experiment.variants.flatMap(({ name, title }) =>
    Object.entries(summary.variants[name]).map(([id, one]) => latencyRow(title, id, one)),
  );
  const claims = summary.claims.map((claim) => {
    const { says, check, given, verdict, nominal, sweep, dimension, hangsOn } = claim;
    const over =
      sweep === undefined
        ? '-'
        : `${rangeText(sweep.range, dimension)}, ${sweep.held} of ${sweep.of} points`;
    return row([
      `${says}: \`${check}\`${given === undefined ? '' : `, given \`${given}\``}`,
      `**${verdict}**`,
      `${rangeText(nominal.range, dimension)}, ${nominal.held} of ${nominal.of} seeds`,
      over,
      hangsOn.length > 0 ? hangsOn.map((name) => `\`${name}\``).join(' ') : '-',
    ]);
  });
  const reasons = summary.claims.flatMap(({ check, contradicted }) =>
    contradicted === undefined ? [] : [`- \`${check}\` is contradicted: ${contradicted}`],
  );
  return [
    summary.finding,
    '',
    `![${cell(experiment.title)}: ${shown} of each variant](figure.svg)`,
    '',
    '| variant | workload | samples | min | mean | p99 | max |',
    '|---|---|---|---|---|---|---|',
    ...latencies,
    '',
    '| claim | verdict | nominal | over the assumed figures | hangs on |',
    '|---|---|---|---|---|',
    ...claims,
    ...(reasons.length > 0 ? ['', ...reasons] : []),
    '',
    'Assumed: the figures marked so in the platform file, and of the plans:',
    ...(experiment.assumed.length > 0 ? experiment.assumed.map((text) => `- ${text}`) : ['- none']),
  ].join('\n');
}

/** The list of all experiments with their findings. */
export function indexMarkdown(
  all: ReadonlyArray<{ readonly experiment: Experiment; readonly summary: ExperimentSummary }>,
): string {
  const rows = all.map(({ experiment: { name, title }, summary: { finding, claims } }) => {
    const good = claims.filter(({ verdict }) => verdict === 'holds').length;
    return row([`[${name}](${name}/README.md)`, title, finding, `${good} of ${claims.length}`]);
  });
  return ['| experiment | title | finding | claims that hold |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}
