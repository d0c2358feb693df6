/**
 * Topology from lscpu: `-p`, `-e`, `-J -e` exactly; the summary (`lscpu`, `lscpu -J`) by assumption.
 * Source: util-linux sys-utils/lscpu.c. A table in a text is preferred to a summary before it.
 * Leaves out: every table but the first; labels in other languages than English.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry, Reading } from './account.js';
import { jsonFields, type LscpuFields, placesOfSummary, textFields } from './lscpuSummary.js';
import { findTable, jsonTable, type LscpuRow, type LscpuTable } from './lscpuTable.js';
import { buildTopology, type CpuPlace, NO_TOPOLOGY, type TopologyFacts } from './topologyBuild.js';

export interface LscpuFacts extends TopologyFacts {
  /** The summary's fields by label, as `Model name`; empty for a bare table. */
  readonly fields: LscpuFields;
}

/** A table of 65536 CPUs has about 3 MB. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Reads any form of lscpu output. */
export function readLscpu(text: string, file: string): Reading<LscpuFacts> {
  if (text.length > MAX_LENGTH) return refuse(file, `longer than ${MAX_LENGTH} characters`);
  if (text.trimStart().startsWith('{')) return readJson(text, file);
  const table = findTable(text);
  const summary = table ? text.split('\n', table.headerLine - 1).join('\n') : text;
  const fields = textFields(summary);
  return table ? fromTable(table, fields, file) : fromSummary(fields, file);
}

function refuse(
  file: string,
  message: string,
  fields: LscpuFields = new Map(),
): Reading<LscpuFacts> {
  const fix = 'bring the output of `lscpu -p=CPU,CORE,SOCKET,NODE,CACHE,ONLINE`';
  const place = { file, line: 1, column: 1 };
  const refusal: Diagnostic = {
    code: 'topology/refused',
    severity: 'error',
    path: '',
    message,
    fix,
    place,
  };
  return { value: { ...NO_TOPOLOGY, fields }, diagnostics: [refusal], account: [] };
}

function readJson(text: string, file: string): Reading<LscpuFacts> {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return refuse(
      file,
      `no JSON: ${error instanceof Error ? error.message.slice(0, 200) : 'unreadable'}`,
    );
  }
  // Text that starts with { is an object if it is JSON at all.
  const { cpus, lscpu } = root as Record<string, unknown>;
  const fields = Array.isArray(lscpu) ? jsonFields(lscpu) : new Map<string, string>();
  if (Array.isArray(cpus)) return fromTable(jsonTable(cpus), fields, file);
  if (Array.isArray(lscpu)) return fromSummary(fields, file);
  return refuse(file, 'neither "lscpu" nor "cpus" in the JSON: this is not from lscpu');
}

function fromTable(table: LscpuTable, fields: LscpuFields, file: string): Reading<LscpuFacts> {
  const diagnostics: Diagnostic[] = [];
  const warn = (line: number, message: string): void => {
    const place = { file, line, column: 1 };
    diagnostics.push({ code: 'topology/row', severity: 'warning', path: '', message, place });
  };
  const caches = cacheColumns(table);
  const places: CpuPlace[] = [];
  for (const { line, row } of table.rows) {
    if (/^(n|no|false)$/i.test(row.get('online') ?? '')) continue;
    const pcpu = number(row, 'cpu');
    if (pcpu === undefined) warn(line, 'no CPU number in this row');
    else places.push(placeRow(pcpu, row, caches));
  }
  for (const line of table.ragged.slice(0, 20))
    warn(line, 'more fields than columns: the row is skipped');
  const built = buildTopology(places, file);
  const used = new Set(['cpu', 'core', 'socket', 'node', 'online', ...caches]);
  const columns: AccountEntry[] = table.columns
    .flatMap((name) => name.split(':'))
    .filter((name) => name !== '')
    .map((name) => ({ path: `column ${name}`, disposition: used.has(name) ? 'used' : 'kept' }));
  return {
    value: { ...built.facts, fields },
    diagnostics: [...diagnostics, ...built.diagnostics],
    account: [...columns, ...fieldAccount(fields, new Set())],
  };
}

/** The data caches from the second level on, highest first. */
function cacheColumns(table: LscpuTable): string[] {
  const names = table.columns.flatMap((column) => column.split(':'));
  const caches = names.filter((name) => /^l[2-9][a-hj-z]?$/.test(name));
  return caches.sort((a, b) => Number(b[1]) - Number(a[1]) || (a < b ? -1 : 1));
}

function number(row: LscpuRow, column: string): number | undefined {
  const text = row.get(column);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function placeRow(pcpu: number, row: LscpuRow, caches: readonly string[]): CpuPlace {
  const socket = number(row, 'socket');
  const node = number(row, 'node');
  const core = row.get('core');
  const cache = caches.find((name) => row.has(name));
  return {
    pcpu,
    // A core number may repeat per socket (physical numbers) and per cluster: L2 tells them apart.
    ...(core === undefined ? {} : { core: `${socket}/${core}/${row.get('l2')}` }),
    ...(cache === undefined ? {} : { llc: `${cache}/${row.get(cache)}` }),
    ...(node === undefined ? {} : { node }),
    ...(socket === undefined ? {} : { socket }),
  };
}

const SUMMARY_USED = new Set([
  'CPU(s)',
  'On-line CPU(s) list',
  'Thread(s) per core',
  'Socket(s)',
  'L2 cache',
  'L3 cache',
  'L4 cache',
  'L2',
  'L3',
]);

function fieldAccount(fields: LscpuFields, used: ReadonlySet<string>): AccountEntry[] {
  return [...fields.keys()].slice(0, 500).map((label) => ({
    path: `field ${label.slice(0, 80)}`,
    disposition:
      used.has(label) || (used.size > 0 && label.startsWith('NUMA node')) ? 'used' : 'kept',
  }));
}

function fromSummary(fields: LscpuFields, file: string): Reading<LscpuFacts> {
  const places = placesOfSummary(fields);
  if (typeof places === 'string') return refuse(file, places, fields);
  const built = buildTopology(places, file);
  const assumption: Diagnostic = {
    code: 'topology/assumed-numbering',
    severity: 'warning',
    path: '',
    message:
      'a summary does not say which CPUs share a core: the usual numbering of Linux is assumed',
    fix: 'bring the output of `lscpu -p=CPU,CORE,SOCKET,NODE,CACHE,ONLINE`',
    place: { file },
  };
  return {
    value: { topology: built.facts.topology, assumed: ['core', 'llc', 'node', 'socket'], fields },
    diagnostics: [assumption, ...built.diagnostics],
    account: fieldAccount(fields, SUMMARY_USED),
  };
}
