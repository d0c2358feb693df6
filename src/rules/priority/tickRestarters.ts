import { cpuText, intersection } from '../cpuSets.js';
import { isRealtime } from '../occupants.js';
import type { Rule } from '../rule.js';

export const tickRestarters: Rule = {
  id: 'priority/tick-restarters',
  severity: 'warning',
  title: 'pCPUs without tick run no SCHED_DEADLINE threads and at most one SCHED_RR thread',
  rationale:
    'The budget of a deadline thread and the slices of two RR threads are kept by the tick, so ' +
    'nohz_full is void while they run. FIFO threads stop the tick.',
  source: 'kernel/sched/core.c, sched_can_stop_tick',
  find({ plan, occupants }) {
    return plan.host.nohzFull.flatMap((pcpu) => {
      const here = occupants.filter(
        ({ pcpus, scheduling }) => pcpus.includes(pcpu) && isRealtime(scheduling),
      );
      const deadline = here.filter(({ scheduling }) => scheduling.policy === 'deadline');
      const robin = here.filter(({ scheduling }) => scheduling.policy === 'rr');
      const at = [...deadline, ...(robin.length > 1 ? robin : [])];
      if (at.length === 0 || intersection(at[0].pcpus, [pcpu]).length === 0) return [];
      return [
        {
          path: [...at[0].path, 'policy'],
          message: `${at.map(({ name }) => name).join(', ')} bring the tick back to pCPU ${cpuText([pcpu])}`,
          remedy: 'use SCHED_FIFO there',
        },
      ];
    });
  },
};
