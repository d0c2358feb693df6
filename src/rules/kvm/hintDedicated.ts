import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const hintDedicated: Rule = {
  id: 'kvm/hint-dedicated',
  severity: 'warning',
  title: 'A guest with pinned realtime vCPUs knows that they are dedicated',
  rationale:
    'Without KVM_HINTS_REALTIME a guest halts while it waits for a spinlock and is kicked awake: an ' +
    'exit, a sleep and a wake-up where spinning for a microsecond would do.',
  source: 'arch/x86/kernel/kvm.c, kvm_spinlock_init; libvirt: <hint-dedicated state="on"/>',
  cannotShow: 'paravirtual spinlocks are not modelled',
  find: ({ realtimeGuests, realtimeVcpus }) =>
    realtimeGuests
      .filter(({ index }) =>
        realtimeVcpus.some(({ guest, pcpus }) => guest === index && pcpus.length === 1),
      )
      .filter(({ written }) => written.cpu?.hintDedicated !== true)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'cpu', 'hintDedicated'],
        message: `${plan.name} is not told that its vCPUs are dedicated`,
        remedy: 'write <kvm><hint-dedicated state="on"/></kvm> under its features',
        fix: (draft) => {
          const guest = guestDraft(draft, index);
          guest.cpu ??= {};
          guest.cpu.hintDedicated = true;
        },
      })),
};
