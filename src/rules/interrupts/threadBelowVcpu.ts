import { strengthOf } from '../occupants.js';
import { policyText } from '../priority/kernelThreadOrder.js';
import type { Rule } from '../rule.js';
import { irqSources } from './irqSources.js';

export const threadBelowVcpu: Rule = {
  id: 'interrupts/thread-below-vcpu',
  severity: 'warning',
  title: 'The handler thread of an interrupt outranks what its CPU runs',
  rationale:
    'With threaded handlers (PREEMPT_RT, threadirqs) the interrupt only wakes a thread of FIFO 50. Below ' +
    'a vCPU or poller of the same or a higher priority it waits, for ever if that one never sleeps; ' +
    'the device, and a guest that waits for it, stand still.',
  source: 'kernel/irq/manage.c, irq_thread: sched_set_fifo',
  find(subject) {
    return irqSources(subject.host, subject).flatMap(({ irq, path }) => {
      const thread = irq.thread?.scheduling;
      const [pcpu] = irq.cpus;
      if (thread === undefined) return [];
      const stronger = subject.occupants.filter(
        ({ pcpus, scheduling }) =>
          pcpus.length === 1 &&
          pcpus[0] === pcpu &&
          scheduling.policy !== 'other' &&
          strengthOf(scheduling) >= strengthOf(thread),
      );
      if (stronger.length === 0) return [];
      return [
        {
          path,
          message: `the handler thread of ${irq.name} (${policyText(thread)}) waits on pCPU ${pcpu} for ${stronger
            .map(({ name, scheduling }) => `${name} (${policyText(scheduling)})`)
            .join(', ')}`,
          remedy: 'move the interrupt to a housekeeping pCPU, or raise its thread',
        },
      ];
    });
  },
};
