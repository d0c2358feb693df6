import { intersection } from '../cpuSets.js';
import { setSysctl } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const timerMigration: Rule = {
  id: 'timing/timer-migration',
  severity: 'warning',
  title: 'Timers of CPUs without tick stay on their CPU',
  rationale:
    'With kernel.timer_migration=1 a timer armed on a nohz_full CPU may be queued on a busy ' +
    'housekeeping CPU. It then waits for the interrupts-off sections there, and the wake-up costs an ' +
    'interrupt between processors.',
  source: 'kernel/time/hrtimer.c, get_target_base; tuned network-latency: kernel.timer_migration=0',
  find: ({ kernels }) =>
    kernels
      .filter(({ plan }) => plan.timerMigration && !plan.flags.lapicTimerPinned)
      .filter(({ plan, realtime }) => intersection(realtime, plan.nohzFull).length > 0)
      .map((view) => ({
        path: [...view.path, 'sysctl', 'kernel.timer_migration'],
        message: `timers of ${view.owner} may move from its CPUs without tick to housekeeping CPUs`,
        remedy: 'set kernel.timer_migration to 0',
        fix: setSysctl(view, 'kernel.timer_migration', 0),
      })),
};
