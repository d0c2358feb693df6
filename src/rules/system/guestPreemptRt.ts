import type { Rule } from '../rule.js';

export const guestPreemptRt: Rule = {
  id: 'system/guest-preempt-rt',
  severity: 'warning',
  title: 'A realtime guest runs PREEMPT_RT',
  rationale:
    'A realtime host keeps a vCPU running; it cannot shorten the softirqs and preemption-off sections of the ' +
    "guest's own kernel.",
  source: 'LWN "Realtime KVM" (2015); kernel/softirq.c, __do_softirq',
  find: ({ realtimeGuests }) =>
    realtimeGuests
      .filter(({ plan }) => plan.kernel.preemption !== 'rt')
      .map(({ index, plan }) => ({
        path: ['guests', index, 'kernel'],
        message: `${plan.name} runs a kernel with preemption model ${plan.kernel.preemption}`,
        remedy: 'boot a PREEMPT_RT kernel in the guest',
      })),
};
