import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const balloon: Rule = {
  id: 'memory/balloon',
  severity: 'warning',
  title: 'A realtime guest has no memory balloon',
  rationale:
    'Inflating it removes mappings of the guest, with an exit of every vCPU, and the memory that comes ' +
    'back is faulted in again. libvirt adds one unless it is told not to.',
  source: 'libvirt: <memballoon model="none"/>; QEMU hw/virtio/virtio-balloon.c',
  cannotShow: 'faults of guest memory are not modelled',
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ index, plan, written }) => {
      const at = written.hardware?.findIndex(({ kind }) => kind === 'balloon') ?? -1;
      if (at < 0) return [];
      return [
        {
          path: ['guests', index, 'hardware', at],
          message: `${plan.name} has a memory balloon`,
          remedy: 'write <memballoon model="none"/>',
          fix: (draft) => {
            const guest = guestDraft(draft, index);
            guest.hardware = guest.hardware?.filter(({ kind }) => kind !== 'balloon');
          },
        },
      ];
    }),
};
