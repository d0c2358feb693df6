import { cpusText, cpuText, difference } from '../cpuSets.js';
import { cmdlineAt } from '../kernelView.js';
import { changeLists } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const rcuNocbs: Rule = {
  id: 'timing/rcu-nocbs',
  severity: 'warning',
  title: 'RCU callbacks of CPUs with realtime work run elsewhere',
  rationale:
    'Callbacks run in batches on the CPU that queued them, in a softirq or in rcuc, with bottom halves off. ' +
    'rcu_nocbs= gives them to threads that can be placed; nohz_full= implies it.',
  source: 'kernel/rcu/tree_nocb.h, rcu_nocb_setup; kernel/rcu/tree.c, rcu_do_batch',
  partition: true,
  cannotShow: 'RCU callbacks are not modelled',
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const missing = difference(view.realtime, view.plan.rcuNocbs);
      if (missing.length === 0 || view.plan.cpus.length === 1) return [];
      return [
        {
          ...cmdlineAt(view),
          message: `RCU callbacks of ${view.owner} run on ${cpusText(view.cpuWord, missing)}, which do realtime work`,
          remedy: `add ${cpuText(missing)} to rcu_nocbs=`,
          fix: changeLists(view, ['rcu_nocbs'], { add: missing }),
        },
      ];
    }),
};
