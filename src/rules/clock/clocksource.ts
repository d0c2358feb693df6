import { removeWords } from '../cmdlineEdit.js';
import { cmdlineAt, type KernelView, tokenOf } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

const SLOW = new Set(['hpet', 'acpi_pm', 'jiffies', 'refined-jiffies', 'pit']);

/** The word of the command line that takes the TSC away, if one does. */
function slowWord({ tokens }: KernelView) {
  return tokens.findLast(
    ({ key, value }) =>
      key === 'notsc' ||
      (key === 'clocksource' && SLOW.has(value ?? '')) ||
      (key === 'tsc' && value === 'unstable'),
  );
}

export const clocksource: Rule = {
  id: 'clock/source',
  severity: 'error',
  title: 'Time is read from the TSC',
  rationale:
    'Reading the HPET or the ACPI timer takes about a microsecond and a lock; in a guest it is an exit ' +
    'to QEMU. An unstable TSC also forbids nohz_full to stop the tick, and KVM to share one clock ' +
    'among the vCPUs.',
  source:
    'arch/x86/kernel/tsc.c, mark_tsc_unstable; kernel/time/tick-sched.c, TICK_DEP_BIT_CLOCK_UNSTABLE',
  cannotShow: 'clock sources other than the TSC are not modelled',
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const word = slowWord(view);
      const used = view.written.clocksource;
      if (word) {
        const text = word.value === undefined ? word.key : `${word.key}=${word.value}`;
        return [
          {
            ...cmdlineAt(view, word.offset),
            message: `${text} takes the TSC away from ${view.owner}`,
            remedy: `remove ${text}`,
            fix: editCmdline(view, (line) =>
              removeWords(line, ({ key, value }) => key === word.key && value === word.value),
            ),
          },
        ];
      }
      if (used === undefined || !SLOW.has(used)) return [];
      const forced = tokenOf(view, 'tsc')?.value;
      return [
        {
          path: [...view.path, 'clocksource'],
          message: `${view.owner} reads time from ${used}: its TSC was found unstable`,
          remedy: `look in the kernel log for why${forced ? ` in spite of tsc=${forced}` : ', then try tsc=reliable'}`,
        },
      ];
    }),
};
