import { cpusText } from '../cpuSets.js';
import type { Rule } from '../rule.js';

export const housekeepingNode: Rule = {
  id: 'isolation/housekeeping-node',
  severity: 'info',
  title: 'Each NUMA node with realtime work has a housekeeping pCPU',
  rationale:
    'Timers, interrupts and RCU callbacks of an isolated pCPU go to the nearest housekeeping pCPU. ' +
    'Across nodes every wake-up and cache line travels over the interconnect.',
  source: 'kernel/sched/isolation.c, housekeeping_any_cpu (sched_numa_find_closest)',
  cannotShow: 'the model has no cost for the distance between NUMA nodes',
  find({ host, nodeOf }) {
    const served = new Set(host.housekeeping.map(nodeOf));
    const nodes = [...new Set(host.realtime.map(nodeOf))].filter((node) => !served.has(node));
    return nodes.map((node) => {
      const pcpus = host.realtime.filter((pcpu) => nodeOf(pcpu) === node);
      return {
        path: ['host', 'cmdline'],
        message: `NUMA node ${node} has realtime ${cpusText('pCPU', pcpus)} and no housekeeping pCPU`,
        remedy: `leave a pCPU of node ${node} out of the isolated set`,
      };
    });
  },
};
