import { difference } from '../cpuSets.js';
import { cmdlineAt, tokenOf } from '../kernelView.js';
import { setOnCmdline } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const skewTick: Rule = {
  id: 'timing/skew-tick',
  severity: 'info',
  title: 'Ticks of CPUs that keep them are skewed',
  rationale:
    'Ticks of all CPUs fall on the same instant and contend for the same locks. skew_tick=1 spreads ' +
    'them over the period.',
  source: 'kernel/time/tick-sched.c, tick_setup_sched_timer; tuned realtime: skew_tick=1',
  cannotShow: 'ticks of different CPUs do not contend for a lock in the model',
  find({ host }) {
    const ticking = difference(host.realtime, host.plan.nohzFull);
    if (ticking.length < 2 || tokenOf(host, 'skew_tick')?.value === '1') return [];
    return [
      {
        ...cmdlineAt(host),
        message: `${ticking.length} realtime pCPUs keep their tick, all at the same instant`,
        remedy: 'add skew_tick=1',
        fix: setOnCmdline(host, 'skew_tick', '1'),
      },
    ];
  },
};
