/**
 * The two ways to write a topology: a regular machine by its counts, or explicit CPU lists for
 * cores, sockets, NUMA nodes and last-level caches. Lists show holes (offline CPUs) and the
 * interleaved numbering of some servers; counts cover the two common numberings of SMT siblings.
 */
import { z } from 'zod';
import { parseCpuList } from '../base/cpulist.js';
import { countField } from './fields.js';
import type { Problems } from './problems.js';
import type { Path } from './sourceTree.js';
import type { LogicalCpu, Topology } from './topology.js';

/** Most logical CPUs of one machine. */
export const MAX_PCPUS = 4096;

const lists = (what: string) => z.array(z.string().min(1)).min(1).describe(what);

const countedSchema = z
  .strictObject({
    sockets: countField(1, 64),
    coresPerSocket: countField(1, 1024),
    threadsPerCore: countField(1, 8).default(1),
    llcsPerSocket: countField(1, 256).default(1).describe('Last-level caches of one socket.'),
    nodesPerSocket: countField(1, 64).default(1).describe('NUMA nodes of one socket.'),
    siblings: z
      .enum(['adjacent', 'split'])
      .default('split')
      .describe('SMT siblings: adjacent = 0,1; split = 0,N where N is the number of cores.'),
  })
  .meta({ description: 'A regular machine by its counts.' });

const listedSchema = z
  .strictObject({
    cores: lists('CPUs of each core, as in "0,40".'),
    sockets: lists('CPUs of each socket, as in "0-19,40-59".'),
    nodes: lists('CPUs of each NUMA node; the sockets if absent.').optional(),
    llcs: lists('CPUs that share a last-level cache; the sockets if absent.').optional(),
  })
  .meta({ description: 'Any machine by CPU lists.' });

/** Counts or lists; told apart by the key `cores`. */
export const topologySchema = z.union([countedSchema, listedSchema]);

export type TopologySpec = z.output<typeof topologySchema>;

/** The topology of a spec; faults go to `problems` at `path`. */
export function buildTopology(spec: TopologySpec, path: Path, problems: Problems): Topology {
  const topology =
    'cores' in spec ? fromLists(spec, path, problems) : fromCounts(spec, path, problems);
  if (topology.pcpus.length > MAX_PCPUS) {
    const message = `${topology.pcpus.length} CPUs are more than ${MAX_PCPUS}`;
    problems.error('topology/too-many-cpus', path, message, 'model a part of the machine');
    return { pcpus: [] };
  }
  return topology;
}

function fromCounts(
  spec: z.output<typeof countedSchema>,
  path: Path,
  problems: Problems,
): Topology {
  for (const key of ['llcsPerSocket', 'nodesPerSocket'] as const) {
    if (spec.coresPerSocket % spec[key] === 0) continue;
    const message = `${spec.coresPerSocket} cores cannot be divided into ${spec[key]} equal parts`;
    problems.error('topology/uneven', [...path, key], message, 'write the topology as CPU lists');
    return { pcpus: [] };
  }
  const cores = spec.sockets * spec.coresPerSocket;
  const total = cores * spec.threadsPerCore;
  const pcpus: LogicalCpu[] = [];
  for (let pcpu = 0; pcpu < total && pcpu <= MAX_PCPUS; pcpu++) {
    const core =
      spec.siblings === 'adjacent' ? Math.floor(pcpu / spec.threadsPerCore) : pcpu % cores;
    const group = (perSocket: number) => Math.floor(core / (spec.coresPerSocket / perSocket));
    pcpus.push({
      pcpu,
      core,
      llc: group(spec.llcsPerSocket),
      node: group(spec.nodesPerSocket),
      socket: group(1),
    });
  }
  return { pcpus };
}

function fromLists(spec: z.output<typeof listedSchema>, path: Path, problems: Problems): Topology {
  const read = (key: 'cores' | 'sockets' | 'nodes' | 'llcs') =>
    readGroups(spec[key] ?? spec.sockets, [...path, spec[key] ? key : 'sockets'], problems);
  const cores = read('cores');
  const sockets = read('sockets');
  const nodes = spec.nodes ? read('nodes') : sockets;
  const llcs = spec.llcs ? read('llcs') : sockets;
  const pcpus: LogicalCpu[] = [];
  for (const pcpu of [...cores.keys()].sort((a, b) => a - b)) {
    const [socket, node, llc] = [sockets, nodes, llcs].map((groups) => groups.get(pcpu));
    if (socket === undefined || node === undefined || llc === undefined) {
      const key = socket === undefined ? 'sockets' : node === undefined ? 'nodes' : 'llcs';
      const message = `CPU ${pcpu} has a core but stands in none of ${key}`;
      problems.error(
        'topology/missing-cpu',
        [...path, key],
        message,
        `add ${pcpu} to one of ${key}`,
      );
      return { pcpus: [] };
    }
    pcpus.push({ pcpu, core: cores.get(pcpu) ?? 0, llc, node, socket });
  }
  for (const [pcpu] of sockets) {
    if (cores.has(pcpu)) continue;
    const message = `CPU ${pcpu} stands in a socket but in no core`;
    problems.error(
      'topology/missing-cpu',
      [...path, 'cores'],
      message,
      `add ${pcpu} to one of cores`,
    );
    return { pcpus: [] };
  }
  return { pcpus };
}

/** CPU -> index of its list. */
function readGroups(texts: readonly string[], path: Path, problems: Problems): Map<number, number> {
  const groups = new Map<number, number>();
  texts.forEach((text, index) => {
    const list = parseCpuList(text, 'kernel');
    if (list.error !== undefined) {
      problems.error('topology/cpu-list', [...path, index], list.error, list.fix ?? 'write 0-3,8');
      return;
    }
    for (const cpu of list.cpus) {
      if (groups.has(cpu)) {
        const message = `CPU ${cpu} stands in two lists`;
        problems.error('topology/overlap', [...path, index], message, `keep ${cpu} in one list`);
      } else if (cpu >= MAX_PCPUS) {
        const message = `CPU ${cpu} is above ${MAX_PCPUS - 1}`;
        problems.error('topology/too-many-cpus', [...path, index], message, 'use smaller numbers');
      } else groups.set(cpu, index);
    }
  });
  return groups;
}
