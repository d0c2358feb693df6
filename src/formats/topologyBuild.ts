/**
 * From the places of CPUs, as a source names them, to a Topology with dense indexes.
 * Sockets and nodes keep the order of their own numbers, cores and LLCs that of their first CPU.
 * What a source does not say is assumed by the plainest rule and named in `assumed`.
 */
import type { Diagnostic } from '../base/diagnostics.js';
import type { LogicalCpu, Topology } from '../platform/topology.js';

export type TopologyLevel = 'core' | 'llc' | 'node' | 'socket';

/** One online CPU. Keys are texts that are equal for CPUs that share the thing, machine-wide. */
export interface CpuPlace {
  readonly pcpu: number;
  readonly core?: string;
  readonly llc?: string;
  readonly node?: number;
  readonly socket?: number;
}

export interface TopologyFacts {
  readonly topology: Topology;
  /** Levels that the source does not give for every CPU. */
  readonly assumed: readonly TopologyLevel[];
}

export const NO_TOPOLOGY: TopologyFacts = { topology: { pcpus: [] }, assumed: [] };

const MAX_PCPUS = 65_536;
/** Above every number that a source can give. */
const UNNAMED_NODE = 1e10;

/**
 * Builds the topology. Without sockets there is one, without cores each CPU is one, without LLCs or
 * nodes there is one a socket.
 */
export function buildTopology(
  places: readonly CpuPlace[],
  file: string,
): { readonly facts: TopologyFacts; readonly diagnostics: readonly Diagnostic[] } {
  const refuse = (message: string, fix?: string) => ({
    facts: NO_TOPOLOGY,
    diagnostics: [diagnostic('error', message, file, fix)],
  });
  if (places.length === 0) return refuse('the source names no CPU');
  if (places.length > MAX_PCPUS) return refuse(`more than ${MAX_PCPUS} CPUs`);
  const sorted = [...places].sort((a, b) => a.pcpu - b.pcpu);
  const twice = sorted.find((place, i) => i > 0 && sorted[i - 1].pcpu === place.pcpu);
  if (twice) return refuse(`CPU ${twice.pcpu} stands in two places`);
  const huge = sorted.find((place) => place.pcpu >= MAX_PCPUS);
  if (huge) return refuse(`CPU ${huge.pcpu} is beyond ${MAX_PCPUS - 1}`);

  const assumed = (['core', 'llc', 'node', 'socket'] as const).filter((level) =>
    sorted.some((place) => place[level] === undefined),
  );
  const sockets = denseNumbers(sorted.map((place) => place.socket ?? 0));
  // A node that is not named must not fall together with a named one.
  const unnamed = sorted.some((place) => place.node !== undefined) ? UNNAMED_NODE : 0;
  const nodes = denseNumbers(sorted.map((place) => place.node ?? unnamed + (place.socket ?? 0)));
  const cores = denseKeys(sorted.map((place) => place.core ?? `cpu ${place.pcpu}`));
  const llcs = denseKeys(sorted.map((place) => place.llc ?? `socket ${place.socket ?? 0}`));
  const pcpus: LogicalCpu[] = sorted.map((place, i) => ({
    pcpu: place.pcpu,
    core: cores[i],
    llc: llcs[i],
    node: nodes[i],
    socket: sockets[i],
  }));
  return { facts: { topology: { pcpus }, assumed }, diagnostics: inconsistencies(pcpus, file) };
}

function diagnostic(
  severity: 'error' | 'warning',
  message: string,
  file: string,
  fix?: string,
): Diagnostic {
  const code = severity === 'error' ? 'topology/refused' : 'topology/inconsistent';
  return { code, severity, path: '', message, ...(fix ? { fix } : {}), place: { file } };
}

function denseNumbers(values: readonly number[]): number[] {
  const order = [...new Set(values)].sort((a, b) => a - b);
  const index = new Map(order.map((value, i) => [value, i]));
  return values.map((value) => index.get(value) ?? 0);
}

function denseKeys(values: readonly string[]): number[] {
  const index = new Map<string, number>();
  for (const value of values) if (!index.has(value)) index.set(value, index.size);
  return values.map((value) => index.get(value) ?? 0);
}

/** Threads of a core share everything above it, CPUs of an LLC share the socket. */
function inconsistencies(pcpus: readonly LogicalCpu[], file: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  const check = (inner: 'core' | 'llc', outer: TopologyLevel): void => {
    const first = new Map<number, LogicalCpu>();
    for (const cpu of pcpus) {
      const other = first.get(cpu[inner]);
      if (!other) first.set(cpu[inner], cpu);
      else if (other[outer] !== cpu[outer]) {
        const message = `CPUs ${other.pcpu} and ${cpu.pcpu} share one ${inner} but not one ${outer}`;
        found.push(diagnostic('warning', message, file));
        return;
      }
    }
  };
  check('core', 'llc');
  check('core', 'node');
  check('core', 'socket');
  check('llc', 'socket');
  return found;
}
