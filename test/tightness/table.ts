/** docs/tightness.md: how far bounds lie above the worst that is found, made of the stored table. */
import type { Kind } from './planList.js';
import { keyOf, type StoredBound } from './stored.js';

export const DOCS_FILE = 'docs/tightness.md';
const BEGIN = '<!-- tightness -->\n';
const END = '\n<!-- end of tightness -->';
/** Gaps above this are listed with their largest term. */
const GAP = 1.5;

interface Compared extends StoredBound {
  readonly ratio: number;
}

/** The search is after the main latency of a workload: timerlat's other one before it is not sought. */
const isSearched = ({ series }: StoredBound): boolean => !series.endsWith('.irq');

const byNumber = (a: number, b: number): number => a - b;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function compared(rows: readonly StoredBound[]): Compared[] {
  return rows.flatMap((row) =>
    row.boundNs !== null && row.witnessNs !== null && row.witnessNs > 0 && isSearched(row)
      ? [{ ...row, ratio: row.boundNs / row.witnessNs }]
      : [],
  );
}

function summaryRow(name: string, rows: readonly StoredBound[]): string {
  const finite = rows.filter(({ boundNs }) => boundNs !== null).length;
  const ratios = compared(rows)
    .map(({ ratio }) => ratio)
    .sort(byNumber);
  const percent = `${((100 * finite) / rows.length).toFixed(1)} %`;
  const at = (share: number): string => quantile(ratios, share).toFixed(2);
  return `| ${name} | ${rows.length} | ${finite} (${percent}) | ${at(0.5)} | ${at(0.9)} | ${at(1)} |`;
}

const us = (ns: number): string => (ns / 1000).toFixed(1);

function gapRow(row: Compared): string {
  const share = Math.round((100 * (row.termNs ?? 0)) / (row.boundNs ?? 1));
  return `| ${keyOf(row)} | ${us(row.boundNs ?? 0)} | ${us(row.witnessNs ?? 0)} | ${row.ratio.toFixed(2)} | ${row.term}, ${share} % |`;
}

function planRow(row: StoredBound): string {
  const { boundNs, witnessNs, term, why } = row;
  if (boundNs === null) return `| ${keyOf(row)} | - | | | no bound: ${why} |`;
  const ratio = witnessNs ? (boundNs / witnessNs).toFixed(2) : '-';
  return `| ${keyOf(row)} | ${us(boundNs)} | ${us(witnessNs ?? 0)} | ${ratio} | ${term ?? '-'} |`;
}

/** Reasons why plans have no bound, most frequent first. */
function reasonRows(rows: readonly StoredBound[]): string[] {
  const counts = new Map<string, number>();
  for (const { why } of rows) {
    if (why === undefined) continue;
    const kind = why.replace(/\b(vCPU )?[a-z]*[0-9]+([@/][0-9]+)?\b/g, '$1N');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([why, count]) => `| ${why} | ${count} |`);
}

const kindOf = ({ plan }: StoredBound): Kind => {
  const [word, number, more] = plan.split(' ');
  const sampled = number !== undefined && more === undefined;
  return sampled && (word === 'realtime' || word === 'arbitrary') ? word : 'shipped';
};

/** The series of a plan of which only the loosest is shown: those of the bench are alike. */
function shownRows(rows: readonly StoredBound[]): StoredBound[] {
  const bench = rows.filter(({ plan }) => plan.startsWith('bench '));
  const loosest = new Map<string, Compared>();
  for (const row of compared(bench)) {
    if (row.ratio > (loosest.get(row.plan)?.ratio ?? 0)) loosest.set(row.plan, row);
  }
  const [first, ...others] = rows.filter((row) => !bench.includes(row));
  return [first, ...loosest.values(), ...others];
}

export function tightnessTable(rows: readonly StoredBound[]): string {
  const shipped = rows.filter((row) => kindOf(row) === 'shipped');
  const realtime = rows.filter((row) => kindOf(row) === 'realtime');
  const arbitrary = rows.filter((row) => kindOf(row) === 'arbitrary');
  const gaps = compared([...realtime, ...arbitrary])
    .filter(({ ratio }) => ratio > GAP)
    .sort((a, b) => b.ratio - a.ratio || (keyOf(a) < keyOf(b) ? -1 : 1));
  const head = '| series | bound us | worst found us | ratio | largest term of the bound |';
  return [
    '| plans | series | with a bound | median ratio | p90 | largest |',
    '|---|---|---|---|---|---|',
    summaryRow('flagship, bench, experiments on the article', shipped),
    summaryRow('`arbitraryRealtimePlan()`, 200 plans', realtime),
    summaryRow('`arbitraryPlan()`, 200 plans', arbitrary),
    '',
    '## Flagship, bench, experiments',
    '',
    head,
    '|---|---|---|---|---|',
    ...shownRows(shipped).map(planRow),
    '',
    `## Arbitrary plans with a ratio above ${GAP}`,
    '',
    head,
    '|---|---|---|---|---|',
    ...gaps.map(gapRow),
    '',
    '## First reason for no bound in `arbitraryRealtimePlan()`',
    '',
    '| reason | series |',
    '|---|---|',
    ...reasonRows(realtime),
  ].join('\n');
}

export function withTable(text: string, rows: readonly StoredBound[]): string {
  const [before, rest = END] = text.split(BEGIN);
  return before + BEGIN + tightnessTable(rows) + rest.slice(rest.indexOf(END));
}
