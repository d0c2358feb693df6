import { setParameter } from '../cmdlineEdit.js';
import { cpusText, difference } from '../cpuSets.js';
import { cmdlineAt, tokenOf } from '../kernelView.js';
import { editCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const watchdogs: Rule = {
  id: 'timing/watchdogs',
  severity: 'info',
  title: 'Lockup watchdogs leave CPUs with realtime work alone',
  rationale:
    'The soft-lockup detector runs a hard timer and a stopper every 4 s on each CPU, the hard-lockup ' +
    'detector an NMI. CPUs of nohz_full= are left out by default, all others are not.',
  source: 'kernel/watchdog.c, lockup_detector_init and watchdog_cpumask',
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const watched = difference(view.realtime, view.plan.nohzFull);
      const off = ['0', 'nopanic,0'].includes(tokenOf(view, 'nmi_watchdog')?.value ?? '');
      const quiet = (tokenOf(view, 'nosoftlockup') && off) || tokenOf(view, 'nowatchdog');
      if (watched.length === 0 || quiet) return [];
      return [
        {
          ...cmdlineAt(view),
          message: `the lockup watchdogs of ${view.owner} run on ${cpusText(view.cpuWord, watched)}`,
          remedy: 'add nosoftlockup nmi_watchdog=0',
          fix: editCmdline(view, (line) =>
            setParameter(setParameter(line, 'nosoftlockup'), 'nmi_watchdog', '0'),
          ),
        },
      ];
    }),
};
