import type { Rule } from '../rule.js';

export const swap: Rule = {
  id: 'memory/swap',
  severity: 'warning',
  title: 'A host with realtime work does not swap',
  rationale:
    'Locking saves the memory of a guest, not the code and data of everything else on its path: QEMU, ' +
    'libvirt and the daemons of the network come back from disk when they are needed.',
  source: 'LWN "Realtime KVM" (2015); mm/vmscan.c, shrink_folio_list',
  cannotShow: 'swapping is not modelled',
  find: ({ document, realtimeGuests, host }) => {
    const realtime = realtimeGuests.length > 0 || host.realtime.length > 0;
    if (document.host?.memory?.swap !== true || !realtime) return [];
    return [
      {
        path: ['host', 'memory', 'swap'],
        message: 'the host has swap space',
        remedy: 'swapoff -a, and take swap out of /etc/fstab',
        fix: (draft) => {
          if (draft.host?.memory) draft.host.memory.swap = false;
        },
      },
    ];
  },
};
