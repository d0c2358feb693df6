import { setSysctl } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const numaBalancing: Rule = {
  id: 'memory/numa-balancing',
  severity: 'warning',
  title: 'Automatic NUMA balancing is off',
  rationale:
    'It removes mappings in turn to see who uses which page. For a guest each sample is an exit of all ' +
    'vCPUs and a page fault, and pages that move are copied.',
  source:
    'kernel/sched/fair.c, task_numa_work; tuned realtime-virtual-host: kernel.numa_balancing=0',
  cannotShow: 'faults of guest memory are not modelled',
  find: ({ host, realtimeGuests }) => {
    const balancing = host.written.sysctl?.['kernel.numa_balancing'];
    if (balancing === undefined || Number(balancing) === 0 || realtimeGuests.length === 0)
      return [];
    return [
      {
        path: ['host', 'sysctl', 'kernel.numa_balancing'],
        message: `kernel.numa_balancing is ${balancing}: mappings of guests are removed to sample them`,
        remedy: 'set kernel.numa_balancing to 0',
        fix: setSysctl(host, 'kernel.numa_balancing', 0),
      },
    ];
  },
};
