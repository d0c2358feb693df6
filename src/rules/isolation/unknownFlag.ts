import { nearestName } from '../../base/suggest.js';
import { cmdlineAt } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const unknownFlag: Rule = {
  id: 'isolation/unknown-flag',
  severity: 'error',
  title: 'isolcpus= has only flags that the kernel knows',
  rationale:
    'The kernel skips a flag that it does not know; what it was meant for does not happen.',
  source: 'kernel/sched/isolation.c, housekeeping_isolcpus_setup',
  partition: true,
  covers: ['plan/isolcpus-flags'],
  find: ({ kernels }) =>
    kernels.flatMap((view) =>
      view.facts.unknownIsolcpusFlags.map(({ flag, offset }) => {
        const near = nearestName(flag, ['domain', 'managed_irq', 'nohz']);
        return {
          ...cmdlineAt(view, offset),
          message: `isolcpus= knows no flag "${flag}"`,
          remedy: near ? `write ${near}` : 'use domain, managed_irq, nohz',
          ...(near
            ? {
                fix: editCmdline(
                  view,
                  // Offsets hold for the line as written; other fixes may have moved the word.
                  (line) => line.replace(`${flag},`, `${near},`),
                ),
              }
            : {}),
        };
      }),
    ),
};
