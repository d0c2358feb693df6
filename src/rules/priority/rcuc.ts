import type { Rule } from '../rule.js';
import { ordered } from './kernelThreadOrder.js';

export const rcuc: Rule = {
  id: 'priority/rcuc',
  severity: 'warning',
  title: 'rcuc outranks the vCPUs of its pCPU',
  rationale:
    'Grace periods wait for rcuc of each pCPU. Below a vCPU that never sleeps it starves, and the ' +
    'whole machine waits: memory is not freed, and callers of synchronize_rcu hang.',
  source: 'kernel/rcu/tree.c, rcu_cpu_kthread; tuned realtime-virtual-host: group.rcuc=0:f:4',
  cannotShow: 'grace periods of RCU are not modelled',
  find(subject) {
    const { preemption, rcuc: scheduling } = subject.plan.host;
    if (preemption !== 'rt') return [];
    return ordered(subject, {
      thread: 'rcuc',
      scheduling,
      above: 3,
      consequence: 'RCU grace periods may stall',
    });
  },
};
