import { cmdlineAt, tokenOf } from '../kernelView.js';
import type { Rule } from '../rule.js';

export const downstreamOnly: Rule = {
  id: 'cmdline/downstream-only',
  severity: 'info',
  title: 'The command line does not count on parameters of single distributions',
  rationale:
    'kthread_cpus= places kernel threads, but only in realtime kernels of some distributions. Other kernels ' +
    'hand it to init, and their threads go where they like.',
  source: 'kernel-rt of RHEL, Ubuntu and StarlingX; absent from mainline 6.12',
  cannotShow: 'kernel threads that a plan does not list are not modelled',
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const token = tokenOf(view, 'kthread_cpus');
      if (!token) return [];
      return [
        {
          ...cmdlineAt(view, token.offset),
          message: 'kthread_cpus= is known to the kernels of some distributions only',
          remedy: 'check with `ps -eLo psr,comm` that kernel threads stay where it says',
        },
      ];
    }),
};
