import type { Rule } from '../rule.js';

const SLOW = new Set(['sound', 'usb', 'display', 'serial']);

export const slowDevices: Rule = {
  id: 'devices/slow-devices',
  severity: 'info',
  title: 'A realtime guest has no emulated devices that it does not need',
  rationale:
    'Sound, USB, displays and serial ports are emulated in QEMU: each register access is an exit to user ' +
    'space under the big lock, and their timers keep the main loop busy.',
  source: 'LWN "Realtime KVM" (2015); QEMU system/physmem.c, prepare_mmio_access',
  cannotShow: 'a device without events does nothing in the model',
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ index, plan, written }) => {
      const slow = (written.hardware ?? []).filter(({ kind }) => SLOW.has(kind));
      if (slow.length === 0) return [];
      const kinds = [...new Set(slow.map(({ kind }) => kind))];
      return [
        {
          path: ['guests', index, 'hardware'],
          message: `${plan.name} has emulated devices: ${kinds.join(', ')}`,
          remedy: 'remove those that it can do without',
        },
      ];
    }),
};
