import { hostDraft } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const timerAdvance: Rule = {
  id: 'kvm/timer-advance',
  severity: 'warning',
  title: 'Guest timers are armed early',
  rationale:
    'Between the expiry of a guest timer on the host and its interrupt in the guest lie an exit and an ' +
    'entry. KVM arms the timer early by their usual length and waits for the rest, so that the guest ' +
    'sees it on time.',
  source:
    'arch/x86/kvm/lapic.c, __kvm_wait_lapic_expire; tuned realtime-virtual-host: lapic_timer_advance_ns',
  find: ({ plan, realtimeGuests }) => {
    const { flags } = plan.host;
    // Before the hard LAPIC timer there was no advance.
    if (plan.kvm.timerAdvance !== 0 || realtimeGuests.length === 0 || !flags.lapicTimerHard) {
      return [];
    }
    const adaptive = flags.adaptiveTimerAdvance;
    return [
      {
        path: ['host', 'kvm', adaptive ? 'lapic_timer_advance' : 'lapic_timer_advance_ns'],
        message: 'the advance of guest timers is off: each one is late by an exit and an entry',
        remedy: adaptive
          ? 'set lapic_timer_advance=Y (lapic_timer_advance_ns=-1 up to 6.9)'
          : 'find the median delay with tscdeadline_latency of kvm-unit-tests, and set lapic_timer_advance_ns to it',
        ...(adaptive
          ? {
              fix: (draft) => {
                const host = hostDraft(draft);
                host.kvm ??= {};
                const { kvm } = host;
                if (kvm.lapic_timer_advance_ns !== undefined) kvm.lapic_timer_advance_ns = -1;
                if (kvm.lapic_timer_advance !== undefined) kvm.lapic_timer_advance = 'Y';
              },
            }
          : {}),
      },
    ];
  },
};
