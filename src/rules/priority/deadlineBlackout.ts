import { formatDuration } from '../../base/units.js';
import type { Rule } from '../rule.js';

export const deadlineBlackout: Rule = {
  id: 'priority/deadline-blackout',
  severity: 'warning',
  title: 'A vCPU under SCHED_DEADLINE is never away for longer than its workloads may wait',
  rationale:
    'A deadline thread that has used its runtime waits for its next period. In the worst case it is ' +
    'away for twice the period without the runtime, and a tick.',
  source: 'Shin and Lee, periodic resource model (2003); kernel/sched/deadline.c, update_curr_dl',
  find({ plan, realtimeVcpus }) {
    return realtimeVcpus.flatMap((vcpu) => {
      const { policy, periodNs, runtimeNs } = vcpu.scheduling;
      const blackoutNs = 2 * (periodNs - runtimeNs);
      if (policy !== 'deadline') return [];
      const guest = plan.guests[vcpu.guest ?? 0].name;
      const here = plan.workloads.filter(
        ({ guest: on, cpus }) => on === guest && cpus.includes(vcpu.vcpu ?? -1),
      );
      const limit = plan.requirements
        .filter(({ workload }) => here.some(({ id }) => id === workload))
        .sort((a, b) => a.limitNs - b.limitNs || (a.text < b.text ? -1 : 1))[0];
      if (limit === undefined || blackoutNs <= limit.limitNs) return [];
      return [
        {
          path: [...vcpu.path, 'policy'],
          message: `${vcpu.name} may be away for ${formatDuration(blackoutNs)}, and ${limit.text}`,
          remedy: 'use fifo:1 on a pCPU of its own, or a shorter period',
        },
      ];
    });
  },
};
