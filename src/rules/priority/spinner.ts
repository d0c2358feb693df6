import { intersection } from '../cpuSets.js';
import { isRealtime, type Occupant, strengthOf } from '../occupants.js';
import type { Rule } from '../rule.js';
import type { Subject } from '../subject.js';
import { policyText } from './kernelThreadOrder.js';

export const spinner: Rule = {
  id: 'priority/spinner',
  severity: 'error',
  title: 'Nothing shares a pCPU with a stronger thread that never sleeps',
  rationale:
    'A busy poller, or a vCPU whose guest idles without HLT exits, never gives its pCPU back. ' +
    'Everything of the same or a lower priority there waits for ever, and what waits for that in ' +
    'turn: a guest may starve the poller that serves it.',
  source: 'kernel/sched/rt.c, pick_next_rt_entity; lib/dpif-netdev.c of OVS, pmd_thread_main',
  find(subject) {
    const spinners = subject.occupants.filter(
      ({ kind, spins, scheduling, pcpus }) =>
        spins && (kind === 'poller' || isRealtime(scheduling)) && pcpus.length === 1,
    );
    return spinners.flatMap((strong) => {
      const victims = victimsOf(strong, subject);
      if (victims.length === 0) return [];
      return [
        {
          path: strong.path,
          message: `${strong.name} (${policyText(strong.scheduling)}) never sleeps on pCPU ${strong.pcpus[0]} and starves ${victims
            .map(({ name, scheduling }) => `${name} (${policyText(scheduling)})`)
            .join(', ')}`,
          remedy: 'give each of them a pCPU of its own',
        },
      ];
    });
  },
};

function victimsOf(strong: Occupant, { occupants }: Subject): Occupant[] {
  return occupants.filter(
    (other) =>
      other !== strong &&
      other.name !== strong.name &&
      intersection(other.pcpus, strong.pcpus).length === other.pcpus.length &&
      strengthOf(other.scheduling) <= strengthOf(strong.scheduling) &&
      // Of two equal ones that never sleep, whoever runs first keeps the pCPU: said once.
      !(
        other.spins &&
        strengthOf(other.scheduling) === strengthOf(strong.scheduling) &&
        occupants.indexOf(other) < occupants.indexOf(strong)
      ),
  );
}
