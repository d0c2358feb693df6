/**
 * Topology from listings of /sys/devices/system/cpu and /sys/devices/system/node.
 * Source: Documentation/ABI/stable/sysfs-devices-system-cpu, admin-guide/cputopology. A CPU without
 * a topology directory is offline. The last-level cache is the unified one of the highest level.
 * Leaves out: dies and clusters (an LLC says more), distances, memory sizes, CPU capacity.
 */
import { parseCpuList } from '../base/cpulist.js';
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry, Disposition, Reading } from './account.js';
import { type Listing, readListing } from './listing.js';
import { buildTopology, type CpuPlace, NO_TOPOLOGY, type TopologyFacts } from './topologyBuild.js';

interface CacheDraft {
  level?: number;
  type?: string;
  shared?: string;
}

interface CpuDraft {
  readonly files: Map<string, string>;
  readonly caches: Map<string, CacheDraft>;
  offline: boolean;
}

interface Draft {
  readonly cpus: Map<number, CpuDraft>;
  readonly nodeOf: Map<number, number>;
  online?: ReadonlySet<number>;
}

/** Reads sysfs topology. The directories before `cpuN` and `nodeN` do not matter. */
export function readSysfsTopology(
  source: string | ReadonlyMap<string, string>,
  file: string,
): Reading<TopologyFacts> {
  const { listing, diagnostics: problems } = readListing(source, file);
  const diagnostics: Diagnostic[] = [...problems];
  const { draft, account } = sortFiles(listing, file, diagnostics);
  const places: CpuPlace[] = [];
  for (const [pcpu, cpu] of draft.cpus) {
    const offline = cpu.offline || (draft.online && !draft.online.has(pcpu));
    if (offline || cpu.files.size === 0) continue;
    places.push(placeCpu(pcpu, cpu, draft));
  }
  if (places.length === 0) {
    diagnostics.push({
      code: 'topology/refused',
      severity: 'error',
      path: '',
      message: 'no cpuN/topology file: this is no listing of /sys/devices/system/cpu',
      fix: 'bring `grep -r . /sys/devices/system/cpu/cpu*/{topology,cache} /sys/devices/system/node`',
      place: { file },
    });
    return { value: NO_TOPOLOGY, diagnostics, account };
  }
  const built = buildTopology(places, file);
  return { value: built.facts, diagnostics: [...diagnostics, ...built.diagnostics], account };
}

/** Path patterns and what a match is good for. */
const CPU_FILE =
  /(?:^|\/)cpu(\d{1,6})\/(?:(topology)\/(\w+)|cache\/(index\d{1,3})\/(\w+)|(online))$/;
const NODE_CPUS = /(?:^|\/)node(\d{1,6})\/(cpulist|cpumap)$/;
const ONLINE = /(?:^|\/)cpu\/online$/;
const TOPOLOGY_USED = new Set([
  'core_cpus_list',
  'thread_siblings_list',
  'core_cpus',
  'thread_siblings',
  'core_id',
  'die_id',
  'physical_package_id',
]);
const CACHE_USED = new Set(['level', 'type', 'shared_cpu_list']);

function sortFiles(listing: Listing, file: string, diagnostics: Diagnostic[]) {
  const draft: Draft = { cpus: new Map(), nodeOf: new Map() };
  // One entry a kind of file: thousands of CPUs repeat the same names.
  const kinds = new Map<string, Disposition>();
  const list = (path: string, text: string, isMap = false): readonly number[] => {
    const result = parseCpuList(text.trim(), isMap ? 'hex-groups' : 'kernel');
    if (result.error === undefined) return result.cpus;
    const message = `"${text.slice(0, 60)}": ${result.error}`;
    diagnostics.push({
      code: 'topology/cpu-list',
      severity: 'warning',
      path,
      message,
      place: { file },
    });
    return [];
  };
  for (const [path, text] of listing) {
    const kind = path.replace(/\d+/g, 'N');
    const node = NODE_CPUS.exec(path);
    if (node) {
      const cpus = list(path, text, node[2] === 'cpumap');
      for (const cpu of cpus) draft.nodeOf.set(cpu, Number(node[1]));
      kinds.set(kind, 'used');
    } else if (ONLINE.test(path)) {
      draft.online = new Set(list(path, text));
      kinds.set(kind, 'used');
    } else kinds.set(kind, sortCpuFile(draft, path, text.trim()));
  }
  const account: AccountEntry[] = [...kinds].map(([path, disposition]) =>
    disposition === 'ignored'
      ? { path, disposition, reason: 'not a fact of topology' }
      : { path, disposition },
  );
  return { draft, account };
}

function sortCpuFile(draft: Draft, path: string, text: string): Disposition {
  const match = CPU_FILE.exec(path);
  if (!match) return 'ignored';
  const [, number, topology, name, index, cacheName, online] = match;
  const pcpu = Number(number);
  let cpu = draft.cpus.get(pcpu);
  if (!cpu) {
    cpu = { files: new Map(), caches: new Map(), offline: false };
    draft.cpus.set(pcpu, cpu);
  }
  if (online) {
    cpu.offline = text === '0';
    return 'used';
  }
  if (topology) {
    if (!TOPOLOGY_USED.has(name)) return 'kept';
    cpu.files.set(name, text);
    return 'used';
  }
  if (!CACHE_USED.has(cacheName)) return 'kept';
  const cache = cpu.caches.get(index) ?? {};
  cpu.caches.set(index, cache);
  if (cacheName === 'level') cache.level = Number(/^\d{1,2}$/.exec(text)?.[0]);
  else if (cacheName === 'type') cache.type = text;
  else cache.shared = text;
  return 'used';
}

function placeCpu(pcpu: number, cpu: CpuDraft, draft: Draft): CpuPlace {
  const socket = count(cpu.files.get('physical_package_id'));
  const siblings =
    siblingKey(
      cpu.files.get('core_cpus_list') ?? cpu.files.get('thread_siblings_list'),
      'kernel',
    ) ?? siblingKey(cpu.files.get('core_cpus') ?? cpu.files.get('thread_siblings'), 'hex-groups');
  const coreId = count(cpu.files.get('core_id'));
  // A core number is unique only in its die and package.
  const numbered =
    coreId === undefined ? undefined : `${socket}/${cpu.files.get('die_id')}/${coreId}`;
  const core = siblings ?? numbered;
  const llc = lastLevel(cpu);
  const node = draft.nodeOf.get(pcpu);
  return {
    pcpu,
    ...(core === undefined ? {} : { core }),
    ...(llc === undefined ? {} : { llc }),
    ...(node === undefined ? {} : { node }),
    ...(socket === undefined ? {} : { socket }),
  };
}

/** -1 says that the firmware does not tell. */
function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function siblingKey(
  text: string | undefined,
  dialect: 'kernel' | 'hex-groups',
): string | undefined {
  if (text === undefined) return undefined;
  const list = parseCpuList(text, dialect);
  return list.error === undefined && list.cpus.length > 0 ? `cpu ${list.cpus[0]}` : undefined;
}

/** The CPUs that share the unified cache of the highest level, from the second on. */
function lastLevel(cpu: CpuDraft): string | undefined {
  let best: CacheDraft | undefined;
  for (const cache of cpu.caches.values()) {
    const usable = (cache.level ?? 0) >= 2 && cache.type !== 'Instruction' && cache.shared;
    if (usable && (cache.level ?? 0) > (best?.level ?? 0)) best = cache;
  }
  return best?.shared === undefined ? undefined : siblingKey(best.shared, 'kernel');
}
