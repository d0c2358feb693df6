/**
 * Topology from lstopo XML (hwloc 1, 2 and 3).
 * Source: hwloc.dtd and hwloc2.dtd. `os_index` is the Linux number. hwloc 1 nests objects inside
 * NUMANode and calls packages Socket and caches Cache with a depth; from 2 on a NUMANode is a memory
 * child beside the objects that it serves, several may serve one CPU (HBM): the lowest number is
 * the one that Linux counts the CPU to.
 * Leaves out: I/O devices, distances, memory attributes, CPU kinds, memory-side caches.
 */
import type { Element } from '@xmldom/xmldom';
import type { Diagnostic } from '../base/diagnostics.js';
import type { AccountEntry, Reading } from './account.js';
import { buildTopology, type CpuPlace, NO_TOPOLOGY, type TopologyFacts } from './topologyBuild.js';
import { parseXml, placeOf } from './xml.js';

/** What the objects above say of a CPU. */
interface Scope {
  readonly socket?: number;
  readonly core?: string;
  readonly llc?: string;
  readonly nodes: readonly number[];
}

interface Walk {
  readonly file: string;
  readonly places: CpuPlace[];
  readonly diagnostics: Diagnostic[];
  readonly kinds: Map<string, AccountEntry>;
  objects: number;
}

/** Reads lstopo XML. Errors: it is no such XML, or it names no CPU. */
export function readLstopo(text: string, file: string): Reading<TopologyFacts> {
  const parsed = parseXml(text, file, { allowDoctype: true });
  if (parsed.diagnostics)
    return { value: NO_TOPOLOGY, diagnostics: parsed.diagnostics, account: [] };
  const { root } = parsed;
  if (root.tagName !== 'topology' && root.tagName !== 'root') {
    const place = { file, ...placeOf(root) };
    const message = `<${root.tagName}> is not the <topology> of lstopo`;
    const fix = 'write it with `lstopo --of xml`';
    const refusal: Diagnostic = {
      code: 'topology/refused',
      severity: 'error',
      path: '',
      message,
      fix,
      place,
    };
    return { value: NO_TOPOLOGY, diagnostics: [refusal], account: [] };
  }
  const walk: Walk = { file, places: [], diagnostics: [], kinds: new Map(), objects: 0 };
  walkChildren(root, { nodes: [] }, walk);
  const built = buildTopology(walk.places, file);
  return {
    value: built.facts,
    diagnostics: [...walk.diagnostics, ...built.diagnostics],
    account: [...walk.kinds.values()],
  };
}

const USED = new Set(['Machine', 'Package', 'Socket', 'NUMANode', 'Node', 'Core', 'PU']);
const USED_ATTRIBUTES = new Set([
  'type',
  'os_index',
  'depth',
  'cache_type',
  'cpuset',
  'online_cpuset',
]);

function objects(parent: Element): Element[] {
  const found: Element[] = [];
  for (let child = parent.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 1) found.push(child as Element);
  }
  return found;
}

function walkChildren(parent: Element, scope: Scope, walk: Walk): void {
  const children = objects(parent);
  for (const child of children) note(child, walk);
  const inner = children.filter((child) => child.tagName === 'object');
  const nodes = inner.flatMap((child) => memoryNodes(child));
  const local = nodes.length > 0 ? { ...scope, nodes: [...scope.nodes, ...nodes] } : scope;
  for (const child of inner) visit(child, local, walk);
}

/** Memory children, also behind a memory-side cache; not the containers of hwloc 1. */
function memoryNodes(object: Element): number[] {
  const type = object.getAttribute('type');
  const inner = objects(object).filter((child) => child.tagName === 'object');
  if (type === 'NUMANode' || type === 'Node') {
    const index = osIndex(object);
    return index === undefined || inner.some((child) => child.getAttribute('type') !== 'Misc')
      ? []
      : [index];
  }
  return type === 'MemCache' || type === 'MemorySideCache' ? inner.flatMap(memoryNodes) : [];
}

function visit(object: Element, scope: Scope, walk: Walk): void {
  const type = object.getAttribute('type') ?? '';
  const index = osIndex(object);
  walk.objects += 1;
  if (type === 'PU') {
    visitPu(object, index, scope, walk);
    return;
  }
  let inner = scope;
  if (type === 'Package' || type === 'Socket') {
    // A package without a number still is a package of its own.
    inner = { ...scope, socket: index ?? 1_000_000 + walk.objects };
  } else if (type === 'Core') inner = { ...scope, core: `core ${walk.objects}` };
  else if (type === 'NUMANode' || type === 'Node') {
    if (index !== undefined) inner = { ...scope, nodes: [...scope.nodes, index] };
  } else if (isOuterCache(object, type, scope)) inner = { ...scope, llc: `cache ${walk.objects}` };
  walkChildren(object, inner, walk);
}

/** The first cache from the top, from the second level on, that holds data. */
function isOuterCache(object: Element, type: string, scope: Scope): boolean {
  if (scope.llc !== undefined) return false;
  const depth = type === 'Cache' ? object.getAttribute('depth') : /^L(\d)Cache$/.exec(type)?.[1];
  return Number(depth ?? 0) >= 2;
}

function visitPu(object: Element, index: number | undefined, scope: Scope, walk: Walk): void {
  if (index === undefined) {
    const message = 'a PU without a valid os_index has no Linux number';
    const place = { file: walk.file, ...placeOf(object) };
    walk.diagnostics.push({ code: 'topology/pu', severity: 'warning', path: '', message, place });
    return;
  }
  // Offline or forbidden: the object is there, its set is empty.
  const set = object.getAttribute('online_cpuset') ?? object.getAttribute('cpuset');
  if (set !== null && /^0x0*$/.test(set)) return;
  const node = scope.nodes.length > 0 ? scope.nodes.reduce((a, b) => Math.min(a, b)) : undefined;
  walk.places.push({
    pcpu: index,
    ...(scope.core === undefined ? {} : { core: scope.core }),
    ...(scope.llc === undefined ? {} : { llc: scope.llc }),
    ...(node === undefined ? {} : { node }),
    ...(scope.socket === undefined ? {} : { socket: scope.socket }),
  });
}

function osIndex(object: Element): number | undefined {
  const text = object.getAttribute('os_index') ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** One account entry a kind of element and attribute: objects come by the thousand. */
function note(element: Element, walk: Walk): void {
  const type = element.tagName === 'object' ? (element.getAttribute('type') ?? '?') : undefined;
  const path = type === undefined ? element.tagName : `object[${type.slice(0, 40)}]`;
  const used = type !== undefined && (USED.has(type) || /^(L[2-9])?Cache$/.test(type));
  const add = (entry: AccountEntry): void => {
    // Hostile text may invent names without end; a real file has about a hundred kinds.
    if (walk.kinds.size < 2000 && !walk.kinds.has(entry.path)) walk.kinds.set(entry.path, entry);
  };
  const reason = 'not a fact of which CPUs share what';
  add(used ? { path, disposition: 'used' } : { path, disposition: 'ignored', reason });
  for (const attribute of Array.from(element.attributes)) {
    const name = `${path}/@${attribute.name.slice(0, 40)}`;
    const read = used && USED_ATTRIBUTES.has(attribute.name);
    add(
      read ? { path: name, disposition: 'used' } : { path: name, disposition: 'ignored', reason },
    );
  }
}
