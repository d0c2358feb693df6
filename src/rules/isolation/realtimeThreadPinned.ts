import { cpusText } from '../cpuSets.js';
import { isRealtime } from '../occupants.js';
import type { Rule } from '../rule.js';

export const realtimeThreadPinned: Rule = {
  id: 'isolation/realtime-thread-pinned',
  severity: 'warning',
  title: 'Host threads with a realtime policy are pinned',
  rationale:
    'The scheduler pushes a realtime thread to any pCPU of its mask that runs something weaker, so ' +
    'it may land on a vCPU of lower priority. Pushing and pulling also sends interrupts around.',
  source: 'kernel/sched/rt.c, find_lowest_rq and push_rt_task',
  find({ occupants, guarded }) {
    return occupants
      .filter(({ kind, scheduling }) => kind === 'thread' && isRealtime(scheduling))
      .filter(({ pcpus }) => pcpus.length > 1 && pcpus.some((pcpu) => guarded.includes(pcpu)))
      .map(({ name, pcpus, path }) => ({
        path: [...path, 'cpus'],
        message: `${name} has a realtime policy and may run on ${cpusText('pCPU', pcpus)}`,
        remedy: 'pin it to one pCPU, or to housekeeping pCPUs only',
      }));
  },
};
