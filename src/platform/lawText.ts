/**
 * Reads the three ways to write how long something takes:
 * `400ns` (always), `300ns..900ns` or `300ns..500ns..900ns` (minimum, median, maximum), and a map
 * `{min, p50, p99.9, max, source, status, maxStatus, scale}` or `{value: 300ns..900ns, source, ...}`.
 * Where a TSC frequency is given, `1018cycles` is a duration too.
 */
import type { Law, LawStatus } from '../base/law.js';
import { formatDuration } from '../base/units.js';
import type { PathPart } from './sourceTree.js';
import { nameOf, parsePercentile, parseTime, type ValueFault } from './valueText.js';

/** What may be written for a law; the plain data of a document. */
export type LawInput = string | { readonly [key: string]: unknown };

export interface LawContext {
  /** Present in platform files: allows cycles. */
  readonly tscMHz?: number;
  /** Source and status where the text gives none. */
  readonly source: string;
  readonly status: LawStatus;
}

const SETTINGS = ['value', 'min', 'max', 'source', 'status', 'maxStatus', 'scale'];
const STATUSES: readonly LawStatus[] = ['measured', 'sourced', 'assumed'];
const LAW_FIX = 'write 400ns, 300ns..900ns, or {min: 300ns, p50: 400ns, p99: 700ns, max: 900ns}';

/** A law from its text or map, or every fault in it. */
export function parseLaw(input: unknown, context: LawContext): Law | readonly ValueFault[] {
  if (typeof input === 'string') return parseLawText(input, context, []);
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    return parseLawMap(input as Readonly<Record<string, unknown>>, context);
  }
  if (typeof input === 'number') return [parseTime(input) as ValueFault];
  return [{ message: `expected a duration or a law, not ${nameOf(input)}`, fix: LAW_FIX }];
}

function parseLawText(
  text: string,
  context: LawContext,
  at: readonly PathPart[],
): Law | readonly ValueFault[] {
  const parts = text.split('..');
  if (parts.length > 3) return [{ message: `"${text}" has too many parts`, fix: LAW_FIX, at }];
  const values: number[] = [];
  const faults: ValueFault[] = [];
  for (const part of parts) {
    const ns = parseTime(part, context.tscMHz);
    if (typeof ns === 'number') values.push(ns);
    else faults.push({ ...ns, at });
  }
  if (faults.length > 0) return faults;
  const quantiles = values.length === 3 ? [{ p: 0.5, ns: values[1] }] : [];
  const law: Law = {
    minNs: values[0],
    quantiles,
    maxNs: values[values.length - 1],
    status: context.status,
    source: context.source,
  };
  const fault = disorder(law);
  return fault ? [{ ...fault, at }] : law;
}

function parseLawMap(
  map: Readonly<Record<string, unknown>>,
  context: LawContext,
): Law | readonly ValueFault[] {
  const faults: ValueFault[] = [];
  const settings = readSettings(map, context, faults);
  if ('value' in map) {
    for (const key of Object.keys(map)) {
      if (key === 'min' || key === 'max' || /^p[0-9]/.test(key)) {
        faults.push({
          message: `\`value\` and \`${key}\` contradict each other`,
          fix: 'keep one',
          at: [key],
        });
      }
    }
    const law = parseLawText(String(map.value), context, ['value']);
    if (!('minNs' in law)) return [...faults, ...law];
    return faults.length > 0 ? faults : { ...law, ...settings };
  }
  const minNs = readBound(map, 'min', context, faults);
  const maxNs = readBound(map, 'max', context, faults);
  const quantiles = readQuantiles(map, context, faults);
  if (faults.length > 0) return faults;
  const law: Law = { minNs, quantiles, maxNs, ...settings };
  const fault = disorder(law);
  return fault ? [fault] : law;
}

function readBound(
  map: Readonly<Record<string, unknown>>,
  key: 'min' | 'max',
  context: LawContext,
  faults: ValueFault[],
): number {
  if (!(key in map)) {
    faults.push({ message: `a law needs its \`${key}\``, fix: LAW_FIX });
    return 0;
  }
  const ns = parseTime(map[key], context.tscMHz);
  if (typeof ns === 'number') return ns;
  faults.push({ ...ns, at: [key] });
  return 0;
}

function readQuantiles(
  map: Readonly<Record<string, unknown>>,
  context: LawContext,
  faults: ValueFault[],
): { p: number; ns: number }[] {
  const quantiles: { p: number; ns: number }[] = [];
  for (const key of Object.keys(map)) {
    if (SETTINGS.includes(key)) continue;
    const p = parsePercentile(key);
    if (p === undefined) {
      const message = /^p-?[0-9]/.test(key)
        ? `"${key}" is no percentile between 0 and 100`
        : `a law has no "${key}"`;
      faults.push({
        message,
        fix: 'use min, max, source, status, scale, or p50, p99, p99.9',
        at: [key],
      });
      continue;
    }
    const ns = parseTime(map[key], context.tscMHz);
    if (typeof ns === 'number') quantiles.push({ p, ns });
    else faults.push({ ...ns, at: [key] });
  }
  return quantiles.sort((a, b) => a.p - b.p || a.ns - b.ns);
}

function readSettings(
  map: Readonly<Record<string, unknown>>,
  context: LawContext,
  faults: ValueFault[],
): Pick<Law, 'status' | 'source' | 'maxStatus' | 'scaleRange'> {
  let { source } = context;
  if (typeof map.source === 'string' && map.source.length > 0) source = map.source;
  else if ('source' in map)
    faults.push({
      message: 'a source is text',
      fix: 'name where the figure comes from',
      at: ['source'],
    });
  const unstated = 'source' in map ? 'sourced' : context.status;
  const status = readStatus(map, 'status', faults) ?? unstated;
  const maxStatus = readStatus(map, 'maxStatus', faults);
  const settings = maxStatus === undefined ? { source, status } : { source, status, maxStatus };
  if (!('scale' in map)) return settings;
  const match = /^([0-9]{1,3}(?:\.[0-9]{1,3})?)\.\.([0-9]{1,3}(?:\.[0-9]{1,3})?)$/.exec(
    String(map.scale),
  );
  const range = match && ([Number(match[1]), Number(match[2])] as const);
  if (range && range[0] > 0 && range[0] <= range[1]) return { ...settings, scaleRange: range };
  faults.push({
    message: `"${String(map.scale)}" is no range of factors`,
    fix: 'write 0.5..2',
    at: ['scale'],
  });
  return settings;
}

/** A status, or undefined where none is given; anything else is a fault. */
function readStatus(
  map: Readonly<Record<string, unknown>>,
  key: 'status' | 'maxStatus',
  faults: ValueFault[],
): LawStatus | undefined {
  if (!(key in map)) return undefined;
  const found = STATUSES.find((status) => status === map[key]);
  if (found === undefined) {
    const message = `"${String(map[key])}" is no status`;
    faults.push({ message, fix: `use ${STATUSES.join(', ')}`, at: [key] });
  }
  return found;
}

/** What is wrong with the order of a law's figures. */
function disorder(law: Law): ValueFault | undefined {
  const points = [
    { name: 'min', ns: law.minNs },
    ...law.quantiles.map((q) => ({ name: `p${Number((q.p * 100).toFixed(7))}`, ns: q.ns })),
    { name: 'max', ns: law.maxNs },
  ];
  for (let i = 1; i < points.length; i++) {
    const [low, high] = [points[i - 1], points[i]];
    if (low.ns > high.ns) {
      const message = `a law ascends, but ${low.name} (${formatDuration(low.ns)}) is above ${high.name} (${formatDuration(high.ns)})`;
      return { message, fix: 'put the figures in order' };
    }
    if (i < points.length - 1 && i > 1 && low.name === high.name) {
      return { message: `${low.name} is given twice`, fix: 'keep one' };
    }
  }
  return undefined;
}
