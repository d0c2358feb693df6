import { cpusText, cpuText, difference } from '../cpuSets.js';
import { cmdlineAt } from '../kernelView.js';
import { changeLists } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const partition: Rule = {
  id: 'guest/partition',
  severity: 'warning',
  title: 'A realtime guest isolates its realtime vCPUs too',
  rationale:
    'The partition of the host ends at the guest. Inside, its kernel balances threads, timers and interrupts ' +
    'over all vCPUs unless its own command line isolates them.',
  source: 'LWN "Realtime KVM" (2015); tuned realtime-virtual-guest',
  partition: true,
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ kernel, plan }) => {
      const open = difference(kernel.realtime, kernel.isolated);
      // Nothing is left to isolate from where all vCPUs do realtime work.
      if (open.length === 0 || kernel.realtime.length === plan.vcpus.length) return [];
      return [
        {
          ...cmdlineAt(kernel),
          message: `${plan.name} does not isolate its realtime ${cpusText('vCPU', open)}`,
          remedy: `add isolcpus=domain,managed_irq,${cpuText(kernel.realtime)} to the command line of the guest`,
          fix: changeLists(kernel, ['isolcpus'], { add: open }),
        },
      ];
    }),
};
