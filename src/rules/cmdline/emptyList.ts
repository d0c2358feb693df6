import { cpuText } from '../cpuSets.js';
import { cmdlineAt } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

const LISTS = ['isolcpus', 'nohz_full', 'rcu_nocbs', 'irqaffinity'];

export const emptyList: Rule = {
  id: 'cmdline/empty-list',
  severity: 'error',
  title: 'No list of CPUs on the command line is empty',
  rationale:
    'An empty list is what is left of a template that was never filled in, as by a tuned profile that failed. ' +
    'The parameter then does nothing.',
  source: 'kernel/sched/isolation.c, housekeeping_setup: "wrong CPU range"',
  partition: true,
  find: ({ kernels }) =>
    kernels.flatMap((view) =>
      view.tokens
        .filter(({ key, value }) => LISTS.includes(key) && value === '')
        .map((token) => {
          const filled = token.key === 'irqaffinity' ? view.housekeeping : view.isolated;
          const known = view.isolated.length > 0 && filled.length > 0 && token.key !== 'isolcpus';
          return {
            ...cmdlineAt(view, token.offset),
            message: `${token.key}= has no CPUs`,
            remedy: known ? `write ${token.key}=${cpuText(filled)}` : 'name the CPUs, or remove it',
            ...(known ? { fix: setOnCmdline(view, token.key, cpuText(filled)) } : {}),
          };
        }),
    ),
};
