import { cmdlineAt } from '../kernelView.js';
import type { Rule } from '../rule.js';

export const repeatedList: Rule = {
  id: 'cmdline/repeated-list',
  severity: 'error',
  title: 'isolcpus= and nohz_full= stand once, or say the same',
  rationale:
    'The kernel keeps the first list of a kind and ignores a second that differs, with one line in its ' +
    'log. Whoever added the second believes in it.',
  source: 'kernel/sched/isolation.c, housekeeping_setup',
  covers: ['plan/cmdline-repeat'],
  cannotShow: 'the kernel and the simulator both take the first list; which was meant is not known',
  find: ({ kernels }) =>
    kernels.flatMap((view) =>
      view.facts.ignored.map(({ key, text, offset }) => ({
        ...cmdlineAt(view, offset),
        message: `the kernel ignores the second ${key}= with another list (${text.slice(0, 100)})`,
        remedy: `keep one ${key}=, with all the CPUs that were meant`,
      })),
    ),
};
