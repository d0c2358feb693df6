import { guestDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const tscDeadline: Rule = {
  id: 'kvm/tsc-deadline',
  severity: 'error',
  title: 'A realtime guest has the TSC deadline timer',
  rationale:
    'Without it the guest programs the LAPIC timer in units of its bus clock: two registers instead of ' +
    'one, coarse, without the fast path and without the timer advance.',
  source: 'arch/x86/kvm/lapic.c, start_apic_timer and apic_lvtt_tscdeadline',
  cannotShow: 'the guest is modelled as if it had the deadline timer',
  covers: ['plan/tsc-deadline'],
  find: ({ realtimeGuests }) =>
    realtimeGuests
      .filter(({ written }) => written.cpu?.features?.['tsc-deadline'] === false)
      .map(({ index, plan }) => ({
        path: ['guests', index, 'cpu', 'features', 'tsc-deadline'],
        message: `${plan.name} has no TSC deadline timer`,
        remedy: 'write <feature policy="require" name="tsc-deadline"/>',
        fix: (draft) => {
          const features = guestDraft(draft, index).cpu?.features;
          if (features) features['tsc-deadline'] = true;
        },
      })),
};
