import type { Rule } from '../rule.js';
import { ordered } from './kernelThreadOrder.js';

export const ksoftirqdInjects: Rule = {
  id: 'priority/ksoftirqd-injects',
  severity: 'error',
  title: 'Where ksoftirqd injects the guest timer, it outranks the vCPUs',
  rationale:
    'Kernels before hard LAPIC timers deliver the timer of a guest from ksoftirqd. A vCPU of the same ' +
    'or a higher priority that never sleeps is never told that its timer expired: the latency has ' +
    'no bound.',
  source:
    'LWN "Realtime KVM" (2015); commits 8577370fb0cb (swait) and 2c0d278f3293 (hard LAPIC timer)',
  find(subject) {
    const { flags, ksoftirqd } = subject.plan.host;
    const injects = subject.plan.host.preemption === 'rt' && !flags.lapicTimerHard;
    if (!injects) return [];
    return ordered(subject, {
      thread: 'ksoftirqd',
      scheduling: ksoftirqd,
      above: 1,
      consequence: 'it never delivers their timers',
    });
  },
};
