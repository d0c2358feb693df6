import { readList } from '../kernelView.js';
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
  partition: true,
  find({ host, occupants, realtimeVcpus }) {
    const realtime = new Set(host.realtime);
    // nohz_full= alone leaves a pCPU in its domain; isolcpus= without `domain` is a rule of its own.
    const apart = new Set([
      ...host.plan.isolatedDomain,
      ...readList(host.facts.isolcpusWithoutDomain, host.plan.cpus),
    ]);
    const placed = [
      ...realtimeVcpus,
      ...occupants.filter(({ kind }) => kind === 'workload' || kind === 'poller'),
    ].filter(({ pcpus }) => pcpus.length === 1 && realtime.has(pcpus[0]));
    return placed
      .filter(({ pcpus }) => !apart.has(pcpus[0]))
      .map(({ name, pcpus, path }) => ({
        path: [...path, 'cpus'],
        message: `${name} runs on pCPU ${pcpus[0]}, which is not isolated`,
        remedy: `add ${pcpus[0]} to isolcpus=, or pin it to a pCPU that is isolated`,
        fix: changeLists(host, ['isolcpus'], { add: pcpus }),
      }));
  },
};
