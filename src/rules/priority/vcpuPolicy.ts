import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const vcpuPolicy: Rule = {
  id: 'priority/vcpu-policy',
  severity: 'warning',
  title: 'A vCPU that carries realtime work has a realtime policy on the host',
  rationale:
    'The host does not see the priorities of a guest. A vCPU without realtime policy shares its pCPU ' +
    'fairly with every thread that gets there, however urgent the work in the guest is.',
  source: 'LWN "Realtime KVM" (2015); libvirt: vcpusched; OpenStack: hw:cpu_realtime',
  find: ({ realtimeVcpus }) =>
    realtimeVcpus
      .filter(({ scheduling }) => scheduling.policy === 'other')
      .map(({ name, path, guest, vcpu }) => ({
        path: [...path, 'policy'],
        message: `${name} carries realtime work and is SCHED_OTHER on the host`,
        remedy: 'give it fifo:1',
        fix: (draft) => {
          const { vcpus } = guestDraft(draft, guest ?? 0);
          const written = vcpus.find(({ id }) => Number(id) === vcpu);
          if (written) written.policy = 'fifo:1';
        },
      })),
};
