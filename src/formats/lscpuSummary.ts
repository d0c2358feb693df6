/**
 * The summary form of lscpu (plain or `-J`): numbers of sockets, cores and threads, not which CPUs
 * share a core. Source: util-linux sys-utils/lscpu.c; labels of the C locale.
 * The usual numbering of x86 Linux is assumed: in each node first one thread of every core, then
 * the second threads. Lists are written with util-linux strides, `0-62:2`. Leaves out: hybrid machines, whose cores differ in threads.
 */
import { parseCpuList } from '../base/cpulist.js';
import type { CpuPlace } from './topologyBuild.js';

/** Label without colon to value, as `Model name` to `Intel(R) ...`. */
export type LscpuFields = ReadonlyMap<string, string>;

const MAX_DEPTH = 20;
const MAX_NODES = 1024;

/** The fields of a plain lscpu text. */
export function textFields(text: string): LscpuFields {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0 || line.startsWith('#')) continue;
    const label = line.slice(0, colon).trim();
    if (!fields.has(label)) fields.set(label, line.slice(colon + 1).trim());
  }
  return fields;
}

/** The fields of `{"lscpu": [{field, data, children}]}`, flat or nested. */
export function jsonFields(entries: readonly unknown[], depth = 0): Map<string, string> {
  const fields = new Map<string, string>();
  if (depth > MAX_DEPTH) return fields;
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { field, data, children } = entry as Record<string, unknown>;
    if (typeof field === 'string' && data !== null && data !== undefined) {
      fields.set(field.replace(/:$/, '').trim(), String(data));
    }
    if (Array.isArray(children)) {
      for (const [label, value] of jsonFields(children, depth + 1)) fields.set(label, value);
    }
  }
  return fields;
}

function count(fields: LscpuFields, label: string): number | undefined {
  const value = fields.get(label);
  return value !== undefined && /^\d{1,6}$/.test(value) && Number(value) > 0
    ? Number(value)
    : undefined;
}

/** Places for the CPUs of a summary, or what is missing from it. */
export function placesOfSummary(fields: LscpuFields): CpuPlace[] | string {
  const online = onlineCpus(fields);
  if (typeof online === 'string') return online;
  const nodes = nodeLists(fields, new Set(online));
  const threads = count(fields, 'Thread(s) per core') ?? 1;
  const sockets = count(fields, 'Socket(s)') ?? 1;
  const caches = lastLevelInstances(fields);
  const groups = nodes.length > 0 ? nodes : [{ node: undefined, cpus: online }];
  const cores: Array<{ node: number | undefined; cpus: number[] }> = [];
  for (const { node, cpus } of groups) {
    const size = cpus.length % threads === 0 ? cpus.length / threads : cpus.length;
    const inNode = Array.from({ length: size }, () => ({ node, cpus: [] as number[] }));
    for (const [i, cpu] of cpus.entries()) inNode[i % size].cpus.push(cpu);
    for (const core of inNode) cores.push(core);
  }
  return cores.flatMap(({ node, cpus }, index) =>
    cpus.map((pcpu) => ({
      pcpu,
      core: `core ${index}`,
      socket: Math.floor((index * sockets) / cores.length),
      ...(node === undefined ? {} : { node }),
      ...(caches === undefined
        ? {}
        : { llc: `cache ${Math.floor((index * caches) / cores.length)}` }),
    })),
  );
}

function onlineCpus(fields: LscpuFields): readonly number[] | string {
  const text = fields.get('On-line CPU(s) list');
  if (text !== undefined) {
    const list = parseCpuList(text, 'taskset');
    if (list.error !== undefined) return `On-line CPU(s) list: ${list.error}`;
    if (list.cpus.length > 0) return list.cpus;
  }
  const total = count(fields, 'CPU(s)');
  if (total === undefined)
    return 'neither "CPU(s)" nor "On-line CPU(s) list": this is no lscpu summary in the C locale';
  return Array.from({ length: Math.min(total, 65_536) }, (_, cpu) => cpu);
}

/** Nodes with CPUs, by their first CPU: memory-only nodes and repeated CPUs fall away. */
function nodeLists(fields: LscpuFields, online: ReadonlySet<number>) {
  const nodes: Array<{ node: number; cpus: number[] }> = [];
  const taken = new Set<number>();
  for (const [label, text] of fields) {
    if (taken.size === online.size || nodes.length >= MAX_NODES) break;
    const match = /^NUMA node(\d{1,5}) CPU\(s\)$/.exec(label);
    const list = match && parseCpuList(text, 'taskset');
    if (!list || list.error !== undefined) continue;
    const cpus = list.cpus.filter((cpu) => online.has(cpu) && !taken.has(cpu));
    for (const cpu of cpus) taken.add(cpu);
    if (cpus.length > 0) nodes.push({ node: Number(match[1]), cpus });
  }
  return taken.size === online.size ? nodes.sort((a, b) => a.node - b.node) : [];
}

/** `28 MiB (2 instances)` of the highest cache level. */
function lastLevelInstances(fields: LscpuFields): number | undefined {
  for (const label of ['L4 cache', 'L3 cache', 'L3', 'L2 cache', 'L2']) {
    const match = /\((\d{1,5}) instances?\)/.exec(fields.get(label) ?? '');
    if (match && Number(match[1]) > 0) return Number(match[1]);
    if (fields.has(label)) return undefined;
  }
  return undefined;
}
