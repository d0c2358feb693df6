import { cpusText, cpuText, difference } from '../cpuSets.js';
import { cmdlineAt } from '../kernelView.js';
import { changeLists } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const nohzFull: Rule = {
  id: 'timing/nohz-full',
  severity: 'warning',
  title: 'CPUs with realtime work are in nohz_full=',
  rationale:
    'Everywhere else the tick interrupts a busy CPU HZ times a second. In a guest each tick is an ' +
    'interrupt and two VM exits. Without nohz_full= on the host KVM does not post timers either.',
  source:
    'kernel/time/tick-sched.c, can_stop_full_tick; arch/x86/kvm/lapic.c, kvm_can_post_timer_interrupt',
  partition: true,
  find: ({ kernels }) =>
    kernels.flatMap((view) => {
      const { plan, realtime } = view;
      // The boot CPU cannot lose its tick; another rule speaks of it.
      const missing = difference(realtime, [...plan.nohzFull, plan.cpus[0]]);
      if (missing.length === 0 || !plan.nohz) return [];
      return [
        {
          ...cmdlineAt(view),
          message: `the tick of ${view.owner} goes on on ${cpusText(view.cpuWord, missing)}, which do realtime work`,
          remedy: `add ${cpuText(missing)} to nohz_full=`,
          fix: changeLists(view, ['nohz_full'], { add: missing }),
        },
      ];
    }),
};
