import { cmdlineAt } from '../kernelView.js';
import type { Rule } from '../rule.js';

export const noHousekeeping: Rule = {
  id: 'isolation/no-housekeeping',
  severity: 'error',
  title: 'Some CPU is left for housekeeping',
  rationale:
    'Interrupts, timers, kernel threads and QEMU need CPUs of their own. Where all are isolated the ' +
    'kernel takes one of them back, or everything runs where the realtime work is.',
  source: 'kernel/sched/isolation.c, housekeeping_setup: "must include one present CPU"',
  find: ({ kernels }) =>
    kernels
      .filter((view) => view.plan.cpus.length > 1 && view.housekeeping.length === 0)
      .map((view) => ({
        ...cmdlineAt(view),
        message: `every ${view.cpuWord} of ${view.owner} is isolated`,
        remedy: 'leave at least two for housekeeping on a host, one in a guest',
      })),
};
