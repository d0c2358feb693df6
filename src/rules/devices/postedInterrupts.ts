import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const postedInterrupts: Rule = {
  id: 'devices/posted-interrupts',
  severity: 'warning',
  title: 'Interrupts of passed-through devices are posted',
  rationale:
    'The IOMMU can deliver an MSI to a running vCPU without the host. Otherwise the host handles it ' +
    'first: a hard interrupt, on PREEMPT_RT a thread of FIFO 50, an eventfd, and an injection.',
  source: 'arch/x86/kvm/vmx/posted_intr.c, vmx_pi_update_irte; drivers/vfio/pci/vfio_pci_intrs.c',
  find: ({ plan, realtimeGuests }) => {
    if (!plan.kvm.apicv) return [];
    return realtimeGuests.flatMap(({ index, plan: guest, written }) =>
      (written.devices ?? []).flatMap((device, i) => {
        const remapped = device.kind === 'passthrough' && device.posted === false;
        if (!remapped || device.route === 'intx') return [];
        return [
          {
            path: ['guests', index, 'devices', i, 'posted'],
            message: `the host handles the interrupts of ${device.name} of ${guest.name}`,
            remedy: 'use an IOMMU with posted interrupts, and leave them on (intel_iommu=on)',
            fix: (draft) => {
              const changed = guestDraft(draft, index).devices?.[i];
              if (changed?.kind !== 'passthrough') return;
              delete changed.posted;
              delete changed.host;
            },
          },
        ];
      }),
    );
  },
};
