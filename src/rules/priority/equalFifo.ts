import type { Rule } from '../rule.js';
import { policyText } from './kernelThreadOrder.js';

export const equalFifo: Rule = {
  id: 'priority/equal-fifo',
  severity: 'warning',
  title: 'Threads of one pCPU have different realtime priorities',
  rationale:
    'Equal FIFO priorities do not preempt each other: each waits for a whole activation of the ' +
    'other, whichever is more urgent.',
  source: 'kernel/sched/rt.c, wakeup_preempt_rt: only a higher priority preempts',
  find({ occupants, host }) {
    return host.realtime.flatMap((pcpu) => {
      const here = occupants.filter(
        ({ pcpus, scheduling }) =>
          pcpus.length === 1 && pcpus[0] === pcpu && ['fifo', 'rr'].includes(scheduling.policy),
      );
      return here.flatMap((a, i) => {
        const b = here.slice(i + 1).find((o) => o.scheduling.priority === a.scheduling.priority);
        // Those that never sleep are the business of the spinner rule, two vCPUs of shared-pcpu.
        if (!b || a.spins || b.spins || (a.kind === 'vcpu' && b.kind === 'vcpu')) return [];
        return [
          {
            path: b.path,
            message: `${a.name} and ${b.name} both have ${policyText(b.scheduling)} on pCPU ${pcpu}`,
            remedy: 'order them by how long they may wait, or place them apart',
          },
        ];
      });
    });
  },
};
