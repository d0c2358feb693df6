import type { Rule } from '../rule.js';

export const hostPreemptRt: Rule = {
  id: 'system/host-preempt-rt',
  severity: 'warning',
  title: 'The host of realtime work runs PREEMPT_RT',
  rationale:
    'Other kernels run softirqs at the end of an interrupt for up to milliseconds, and hold preemption off in ' +
    'every spinlock. A woken vCPU waits for that, whatever its priority.',
  source: 'LWN "Realtime KVM" (2015); kernel/softirq.c, __do_softirq',
  find({ host, plan, realtimeVcpus }) {
    if (plan.host.preemption === 'rt' || host.realtime.length + realtimeVcpus.length === 0)
      return [];
    return [
      {
        path: ['host', 'kernel'],
        message: `the host runs a kernel with preemption model ${plan.host.preemption}`,
        remedy: 'boot a PREEMPT_RT kernel',
      },
    ];
  },
};
