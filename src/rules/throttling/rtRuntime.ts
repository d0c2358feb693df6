import { formatDuration } from '../../base/units.js';
import { setSysctl } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const rtRuntime: Rule = {
  id: 'throttling/rt-runtime',
  severity: 'error',
  title: 'Realtime throttling is off where realtime threads are busy',
  rationale:
    'Kernels up to 6.11 stop all FIFO and RR threads of a CPU, in each second, for 50 ms after they ran for ' +
    '950 ms, even if the CPU idles then. Without a tick the pause is found late and may last a ' +
    'second.',
  source:
    'kernel/sched/rt.c of 6.6, sched_rt_runtime_exceeded; tuned realtime: sched_rt_runtime_us=-1',
  find: ({ kernels }) =>
    kernels
      .filter(({ plan, realtime }) => plan.flags.rtThrottling && realtime.length > 0)
      .filter(({ plan }) => plan.rtRuntimeNs >= 0)
      .map((view) => ({
        path: [...view.path, 'sysctl', 'kernel.sched_rt_runtime_us'],
        message: `${view.owner} lets realtime threads run for ${formatDuration(view.plan.rtRuntimeNs)} of each ${formatDuration(view.plan.rtPeriodNs)} only`,
        remedy: 'set kernel.sched_rt_runtime_us to -1',
        fix: setSysctl(view, 'kernel.sched_rt_runtime_us', -1),
      })),
};
