import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const intxRoute: Rule = {
  id: 'devices/intx-route',
  severity: 'error',
  title: 'Devices of a realtime guest signal by MSI',
  rationale:
    'An eventfd can inject an MSI in place. An INTx line goes through a work item on the pCPU that ' +
    'signalled, run by an ordinary kworker: behind a FIFO thread there it waits, for ever if that one ' +
    'never sleeps.',
  source:
    'virt/kvm/eventfd.c, irqfd_wakeup: schedule_work; arch/x86/kvm/irq_comm.c, kvm_arch_set_irq_inatomic',
  find: ({ realtimeGuests }) =>
    realtimeGuests.flatMap(({ index, plan, written }) =>
      (written.devices ?? []).flatMap((device, i) => {
        if (device.kind === 'emulated' || device.route !== 'intx') return [];
        return [
          {
            path: ['guests', index, 'devices', i, 'route'],
            message: `${device.name} of ${plan.name} signals by INTx: a kworker injects its interrupts`,
            remedy: 'let the driver of the guest use MSI or MSI-X, and write route: msi',
            fix: (draft) => {
              const changed = guestDraft(draft, index).devices?.[i];
              if (changed && changed.kind !== 'emulated') changed.route = 'msi';
            },
          },
        ];
      }),
    ),
};
