import { changeLists } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const vcpuIsolated: Rule = {
  id: 'isolation/vcpu-isolated',
  severity: 'warning',
  title: 'Each realtime vCPU, poller and workload has an isolated pCPU',
  rationale:
    'On a pCPU in a scheduler domain the balancer puts other threads. They cost a context switch ' +
    'each, and their kernel code delays the vCPU where it disables interrupts or preemption.',
  source: 'kernel/sched/isolation.c, housekeeping_setup; Documentation: isolcpus=',
  find({ host, occupants, realtimeVcpus }) {
    const realtime = new Set(host.realtime);
    const placed = [
      ...realtimeVcpus,
      ...occupants.filter(({ kind }) => kind === 'workload' || kind === 'poller'),
    ].filter(({ pcpus }) => pcpus.length === 1 && realtime.has(pcpus[0]));
    return placed
      .filter(({ pcpus }) => !host.isolated.includes(pcpus[0]))
      .map(({ name, pcpus, path }) => ({
        path: [...path, 'cpus'],
        message: `${name} runs on pCPU ${pcpus[0]}, which is not isolated`,
        remedy: `add ${pcpus[0]} to isolcpus=, or pin it to a pCPU that is isolated`,
        fix: changeLists(host, ['isolcpus'], { add: pcpus }),
      }));
  },
};
