import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const invariantTsc: Rule = {
  id: 'clock/guest-invtsc',
  severity: 'info',
  title: 'A realtime guest sees an invariant TSC',
  rationale:
    'Without invtsc a guest does not trust its TSC: it uses kvm-clock with its updates, and a ' +
    'nohz_full guest may not be allowed to stop its tick. A guest with invtsc cannot be migrated.',
  source: 'QEMU: -cpu host,migratable=no,+invtsc; arch/x86/kernel/tsc.c, unsynchronized_tsc',
  cannotShow: 'clock sources are not modelled',
  find: ({ realtimeGuests }) =>
    realtimeGuests
      .filter(({ written }) => written.cpu?.features?.invtsc !== true)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'cpu', 'features', 'invtsc'],
        message: `${plan.name} is not given an invariant TSC`,
        remedy: 'write <feature policy="require" name="invtsc"/>, in the plan invtsc: true',
        fix: (draft) => {
          const guest = guestDraft(draft, index);
          guest.cpu ??= {};
          guest.cpu.features ??= {};
          guest.cpu.features.invtsc = true;
        },
      })),
};
