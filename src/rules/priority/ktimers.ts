import type { Rule } from '../rule.js';
import { ordered } from './kernelThreadOrder.js';

export const ktimers: Rule = {
  id: 'priority/ktimers',
  severity: 'warning',
  title: 'ktimers outranks the vCPUs of its pCPU',
  rationale:
    'Kernels with a timer thread (ktimersoftd of 4.4-rt, ktimers of 6.1-rt and of mainline since ' +
    '6.13) expire soft timers there. It is FIFO 1 unless it is raised, the usual priority of a ' +
    'vCPU, and equal priorities do not preempt each other.',
  source: 'kernel/softirq.c, run_ktimerd; tuned realtime-virtual-host: group.ktimers=0:f:2',
  cannotShow: 'timers of realtime threads expire in hard interrupts; what starves is not measured',
  find(subject) {
    const { flags, preemption, ktimers: scheduling } = subject.plan.host;
    if (preemption !== 'rt' || !flags.ktimersThread) return [];
    return ordered(subject, {
      thread: 'ktimers',
      scheduling,
      above: 1,
      consequence: 'timers of these pCPUs may never expire',
    });
  },
};
