import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const cfsQuota: Rule = {
  id: 'throttling/cfs-quota',
  severity: 'warning',
  title: 'No CFS quota limits a realtime guest',
  rationale:
    'A quota stops the fair threads of a guest for the rest of their period: its main loop, its ' +
    'IOThreads and every vCPU without realtime policy, with the locks that they hold.',
  source: 'kernel/sched/fair.c, throttle_cfs_rq; libvirt: vcpu_quota, emulator_quota',
  cannotShow: 'CFS bandwidth is not modelled',
  find: ({ realtimeGuests }) =>
    realtimeGuests
      .filter(({ written }) => written.cfsQuota === true)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'cfsQuota'],
        message: `CFS quotas throttle ${plan.name}`,
        remedy: 'take quota and period out of its cputune',
        fix: (draft) => {
          guestDraft(draft, index).cfsQuota = false;
        },
      })),
};
