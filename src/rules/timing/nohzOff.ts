import { removeWords } from '../cmdlineEdit.js';
import { cmdlineAt } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const nohzOff: Rule = {
  id: 'timing/nohz-off',
  severity: 'error',
  title: 'nohz=off does not stand beside nohz_full=',
  rationale: 'nohz=off keeps the tick on every CPU at all times and makes nohz_full= void.',
  source: 'kernel/time/tick-sched.c, tick_nohz_enabled',
  find: ({ kernels }) =>
    kernels
      .filter(({ plan, realtime, facts }) => !plan.nohz && (realtime.length > 0 || facts.nohzFull))
      .map((view) => ({
        ...cmdlineAt(view, view.tokens.findLast(({ key }) => key === 'nohz')?.offset),
        message: `nohz=off keeps the tick of ${view.owner} on all CPUs`,
        remedy: 'remove nohz=off',
        fix: editCmdline(view, (line) =>
          removeWords(line, ({ key, value }) => key === 'nohz' && value === 'off'),
        ),
      })),
};
