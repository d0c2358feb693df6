/**
 * The topology of an imported plan: the host's own, the platform's, or one made up that is large
 * enough for every pCPU that some file names.
 */
import { formatCpuList } from '../base/cpulist.js';
import type { Topology } from '../platform/topology.js';
import { MAX_PCPUS } from '../platform/topologySpec.js';
import type { PlanDraft } from './importDraft.js';
import type { HostFacts, PlatformChoice } from './importModel.js';

export interface HostCpus {
  /** Ascending. */
  readonly all: readonly number[];
  readonly has: ReadonlySet<number>;
  /** True if a file stated the topology: then a CPU it lacks does not exist. */
  readonly stated: boolean;
}

/**
 * Writes `host.topology` where it is needed and returns the host's pCPUs.
 * `named` are the pCPUs that any file names.
 */
export function importTopology(
  draft: PlanDraft,
  facts: HostFacts,
  platform: PlatformChoice,
  named: ReadonlySet<number>,
): HostCpus {
  if (facts.topology && facts.topology.pcpus.length > 0) {
    const lists = listTopology(facts.topology);
    draft.data.host = { ...draft.data.host, topology: lists };
    for (const level of facts.topologyAssumed ?? []) {
      const key = `${level}s`;
      draft.assume(['host', 'topology', key], 'the files do not state it for every CPU');
    }
    return cpusOf(facts.topology, true);
  }
  const own = cpusOf(platform.topology, false);
  const needed = [...named].filter((cpu) => cpu < MAX_PCPUS);
  if (needed.every((cpu) => own.has.has(cpu))) {
    draft.assume(['host', 'topology'], `no file states it; it is the one of ${platform.name}`);
    return own;
  }
  const highest = Math.max(...needed);
  // A socket has 1024 cores at most in a plan.
  const sockets = highest < 2048 ? 2 : 4;
  const coresPerSocket = Math.ceil((highest + 1) / sockets);
  draft.data.host = { ...draft.data.host, topology: { sockets, coresPerSocket } };
  draft.assume(
    ['host', 'topology'],
    `no file states it; made large enough for CPU ${highest}, without SMT`,
  );
  const all = Array.from({ length: coresPerSocket * sockets }, (_unused, cpu) => cpu);
  return { all, has: new Set(all), stated: false };
}

function cpusOf(topology: Topology, stated: boolean): HostCpus {
  const all = topology.pcpus.map(({ pcpu }) => pcpu);
  return { all, has: new Set(all), stated };
}

/** CPU lists of each core, socket, node and last-level cache, in the order of their first CPU. */
function listTopology(topology: Topology): {
  cores: string[];
  sockets: string[];
  nodes: string[];
  llcs: string[];
} {
  const groups = (key: 'core' | 'socket' | 'node' | 'llc'): string[] => {
    const members = new Map<number, number[]>();
    for (const cpu of topology.pcpus) {
      const group = members.get(cpu[key]) ?? [];
      group.push(cpu.pcpu);
      members.set(cpu[key], group);
    }
    return [...members.values()]
      .sort((a, b) => a[0] - b[0])
      .map((cpus) => formatCpuList(cpus, 'kernel'));
  };
  return {
    cores: groups('core'),
    sockets: groups('socket'),
    nodes: groups('node'),
    llcs: groups('llc'),
  };
}
