import { cpusText, cpuText, difference, union } from '../cpuSets.js';
import { kernelDraft, listField } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const fairServer: Rule = {
  id: 'throttling/fair-server',
  severity: 'warning',
  title: 'The fair server is off on CPUs with realtime work',
  rationale:
    'Since 6.12 starving fair threads run as a deadline entity that beats every FIFO thread, up to ' +
    '50 ms in a second and 100 ms at once. kernel.sched_rt_runtime_us=-1 does not switch it off.',
  source:
    'kernel/sched/deadline.c, dl_server_start; kernel/sched/debug.c, sched/fair_server/cpuN/runtime',
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const on = difference(view.realtime, view.plan.fairServerOff);
      if (!view.plan.flags.fairServer || on.length === 0) return [];
      const all = union(view.plan.fairServerOff, on);
      return [
        {
          path: [...view.path, 'fairServerOff'],
          message: `the fair server of ${view.owner} is on for ${cpusText(view.cpuWord, on)}`,
          remedy: `write 0 to debugfs sched/fair_server/cpuN/runtime of ${cpuText(on)}`,
          fix: (draft) => {
            kernelDraft(draft, view.path).fairServerOff = listField(all);
          },
        },
      ];
    }),
};
