import { cpusIn, cpuText, difference, union } from '../cpuSets.js';
import type { Rule } from '../rule.js';
import { memoryDraft } from './memoryDraft.js';

export const numaNode: Rule = {
  id: 'memory/numa-node',
  severity: 'warning',
  title: 'The memory of a realtime guest is on the node of its vCPUs',
  rationale: 'Memory of another node takes 1.5 to 2 times as long, and its link is shared.',
  source: 'libvirt: numatune; OpenStack: hw:numa_nodes',
  cannotShow: 'the model has no cost for the distance between NUMA nodes',
  find: ({ realtimeGuests, realtimeVcpus, nodeOf }) =>
    realtimeGuests.flatMap(({ index, plan, written }) => {
      const stated = written.memory?.nodes;
      const pinned = realtimeVcpus.filter((v) => v.guest === index && v.pcpus.length === 1);
      if (stated === undefined || pinned.length === 0) return [];
      const nodes = cpusIn(stated);
      const own = union(
        [],
        pinned.map(({ pcpus }) => nodeOf(pcpus[0])),
      );
      const far = difference(nodes, own);
      if (far.length === 0) return [];
      return [
        {
          path: ['guests', index, 'memory', 'nodes'],
          message: `memory of ${plan.name} may come from NUMA node ${cpuText(far)}, its realtime vCPUs are on ${cpuText(own)}`,
          remedy: `write nodeset="${cpuText(own)}" under its numatune`,
          fix: (draft) => {
            memoryDraft(draft, index).nodes = cpuText(own);
          },
        },
      ];
    }),
};
