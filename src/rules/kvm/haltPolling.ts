import { formatDuration } from '../../base/units.js';
import { setKvm } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const haltPolling: Rule = {
  id: 'kvm/halt-polling',
  severity: 'info',
  title: 'Halted realtime vCPUs do not depend on halt polling',
  rationale:
    'The poll window grows and shrinks with the last halts, and any other thread on the pCPU ends the ' +
    'polling. Some wake-ups are then fast and some slow; the worst is that of a vCPU that slept, and ' +
    'the time spent polling is burnt.',
  source:
    'virt/kvm/kvm_main.c, kvm_vcpu_halt; Documentation/virt/kvm/halt-polling.rst; SEAPATH: halt_poll_ns=0',
  cannotShow: 'polling never makes a single wake-up slower; what it costs is CPU time and spread',
  find: ({ plan, realtimeVcpus, guests }) => {
    const halting = realtimeVcpus.filter(
      ({ spins, guest }) => !spins && !guests[guest ?? 0].plan.haltInGuest,
    );
    if (plan.kvm.haltPollNs === 0 || halting.length === 0) return [];
    return [
      {
        path: ['host', 'kvm', 'halt_poll_ns'],
        message: `halted vCPUs poll for up to ${formatDuration(plan.kvm.haltPollNs)}, as their past has it`,
        remedy: 'set halt_poll_ns=0 of kvm',
        fix: setKvm({ halt_poll_ns: 0 }),
      },
    ];
  },
};
