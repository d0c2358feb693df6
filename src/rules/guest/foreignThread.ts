import { cpusText, cpuText, difference, intersection } from '../cpuSets.js';
import { isRealtime } from '../occupants.js';
import { guestDraft, listField } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const guestThread: Rule = {
  id: 'guest/foreign-thread',
  severity: 'warning',
  title: 'Guest threads that are not realtime stay off realtime vCPUs',
  rationale:
    'They run whenever the realtime work sleeps. Its wake-up then costs a context switch in the guest and waits ' +
    'for their interrupts-off and preemption-off kernel code.',
  source: 'kernel/sched/core.c, __schedule; de Oliveira et al., ECRTS 2020, section 4',
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ index, kernel, plan, written }) =>
      plan.kernel.threads.flatMap((thread, i) => {
        const hit = intersection(thread.cpus, kernel.realtime);
        const stated = written.threads?.[i]?.cpus !== undefined;
        const target = difference(plan.kernel.cpus, [...kernel.realtime, ...kernel.isolated]);
        // A thread without a pin is a matter of the partition.
        if (isRealtime(thread.scheduling) || hit.length === 0 || !stated) return [];
        return [
          {
            path: ['guests', index, 'threads', i, 'cpus'],
            message: `thread ${thread.name} of ${plan.name} may run on realtime ${cpusText('vCPU', hit)}`,
            remedy:
              target.length > 0
                ? `move it to vCPU ${cpuText(target)}`
                : 'add a vCPU for housekeeping',
            ...(target.length > 0
              ? {
                  fix: (draft) => {
                    const moved = guestDraft(draft, index).threads?.[i];
                    if (moved) moved.cpus = listField(target);
                  },
                }
              : {}),
          },
        ];
      }),
    ),
};
