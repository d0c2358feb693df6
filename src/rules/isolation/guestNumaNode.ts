import { cpuText, union } from '../cpuSets.js';
import type { Rule } from '../rule.js';

export const guestNumaNode: Rule = {
  id: 'isolation/guest-numa-node',
  severity: 'warning',
  title: 'All vCPUs of a realtime guest are on one NUMA node',
  rationale:
    'Kernel data, locks and interrupts of a guest are shared by its vCPUs. Across nodes each shared ' +
    'cache line costs two to three times as much, and more under load.',
  source: 'OpenStack: hw:numa_nodes; tuned realtime-virtual-host documentation',
  cannotShow: 'the model has no cost for the distance between NUMA nodes',
  find({ realtimeGuests, occupants, nodeOf }) {
    return realtimeGuests.flatMap(({ index, plan }) => {
      const pinned = occupants.filter(
        ({ kind, guest, pcpus }) => kind === 'vcpu' && guest === index && pcpus.length === 1,
      );
      const nodes = union(
        [],
        pinned.map(({ pcpus }) => nodeOf(pcpus[0])),
      );
      if (nodes.length < 2) return [];
      return [
        {
          path: ['guests', index, 'vcpus'],
          message: `the vCPUs of ${plan.name} are spread over NUMA nodes ${cpuText(nodes)}`,
          details: pinned.map(
            ({ name, pcpus }) => `${name} on pCPU ${pcpus[0]}, node ${nodeOf(pcpus[0])}`,
          ),
          remedy: 'pin them to pCPUs of one node',
        },
      ];
    });
  },
};
