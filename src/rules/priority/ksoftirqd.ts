import type { Rule } from '../rule.js';
import { ordered } from './kernelThreadOrder.js';

export const ksoftirqd: Rule = {
  id: 'priority/ksoftirqd',
  severity: 'warning',
  title: 'ksoftirqd outranks the vCPUs of its pCPU',
  rationale:
    'Below a vCPU that never sleeps it starves, and with it the softirqs of that pCPU: network ' +
    'packets, tasklets, timers of ordinary threads. Housekeeping that waits for the pCPU hangs.',
  source: 'kernel/softirq.c, invoke_softirq; tuned realtime-virtual-host: group.ksoftirqd=0:f:2',
  cannotShow: 'what starves are timers and packets of other threads, which no workload measures',
  find(subject) {
    const { flags, preemption, ksoftirqd: scheduling } = subject.plan.host;
    // Without a hard LAPIC timer the stricter rule speaks.
    if (preemption !== 'rt' || !flags.lapicTimerHard) return [];
    return ordered(subject, {
      thread: 'ksoftirqd',
      scheduling,
      above: 1,
      consequence: 'softirqs of these pCPUs may starve',
    });
  },
};
