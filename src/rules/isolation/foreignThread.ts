import { cpusText, cpuText, intersection } from '../cpuSets.js';
import { isRealtime } from '../occupants.js';
import { hostDraft, listField } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const foreignThread: Rule = {
  id: 'isolation/foreign-thread',
  severity: 'warning',
  title: 'Host threads that are not realtime stay off realtime pCPUs',
  rationale:
    'A fair thread on the pCPU of a realtime vCPU runs whenever that one sleeps. Waking up then ' +
    'costs a context switch and waits for its interrupts-off and preemption-off kernel code.',
  source: 'kernel/sched/core.c, __schedule; de Oliveira et al., ECRTS 2020, section 4',
  find({ occupants, host, ordinary }) {
    return occupants
      .filter(({ kind, scheduling }) => kind === 'thread' && !isRealtime(scheduling))
      .filter(({ pcpus }) => intersection(pcpus, host.realtime).length > 0)
      .map(({ name, pcpus, path }) => {
        const kept = intersection(pcpus, ordinary);
        const target = kept.length > 0 ? kept : ordinary;
        return {
          path: [...path, 'cpus'],
          message: `${name} may run on realtime ${cpusText('pCPU', intersection(pcpus, host.realtime))}`,
          remedy:
            target.length > 0
              ? `move it to housekeeping pCPUs, as in ${cpuText(target)}`
              : 'keep pCPUs for housekeeping',
          ...(target.length > 0
            ? {
                fix: (draft) => {
                  const thread = hostDraft(draft).threads?.[Number(path[2])];
                  if (thread) thread.cpus = listField(target);
                },
              }
            : {}),
        };
      });
  },
};
