import { intersection } from '../cpuSets.js';
import { isRealtime, strengthOf } from '../occupants.js';
import type { Rule } from '../rule.js';
import { policyText } from './kernelThreadOrder.js';

export const strongerThread: Rule = {
  id: 'priority/stronger-thread',
  severity: 'warning',
  title: 'No other host thread outranks a realtime vCPU on its pCPU',
  rationale:
    'Each activation of a stronger thread takes the vCPU off its pCPU: two context switches, a VM ' +
    'exit and an entry, and the run time of the thread are added to the latency.',
  source: 'Audsley et al., response-time analysis (1993); kernel/sched/rt.c, wakeup_preempt_rt',
  find({ occupants, realtimeVcpus }) {
    return realtimeVcpus.flatMap((vcpu) => {
      if (vcpu.pcpus.length !== 1) return [];
      return occupants
        .filter(({ kind }) => kind === 'thread' || kind === 'qemu')
        .filter(
          ({ pcpus, scheduling, spins }) =>
            !spins &&
            isRealtime(scheduling) &&
            intersection(pcpus, vcpu.pcpus).length > 0 &&
            strengthOf(scheduling) > strengthOf(vcpu.scheduling),
        )
        .map((other) => ({
          path: other.path,
          message: `${other.name} (${policyText(other.scheduling)}) outranks ${vcpu.name} (${policyText(vcpu.scheduling)}) on pCPU ${vcpu.pcpus[0]}`,
          remedy: 'move it to a housekeeping pCPU',
        }));
    });
  },
};
