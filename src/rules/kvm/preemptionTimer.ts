import { setKvm } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const preemptionTimer: Rule = {
  id: 'kvm/preemption-timer',
  severity: 'warning',
  title: 'Guest timers use the VMX preemption timer, or are posted',
  rationale:
    'With the preemption timer, arming and expiry are exits that KVM handles in a few hundred ' +
    'nanoseconds, without a host interrupt. Without it each is a full exit and an hrtimer, which ' +
    'may fire on a housekeeping pCPU.',
  source: 'arch/x86/kvm/vmx/vmx.c, vmx_set_hv_timer; arch/x86/kvm/lapic.c, kvm_can_use_hv_timer',
  find: ({ plan, realtimeGuests }) => {
    const off = !plan.kvm.preemptionTimer && plan.platform.cpu.preemptionTimer;
    const lost = off && plan.host.flags.preemptionTimer;
    // With HLT or MWAIT in the guest timers are posted, or another rule speaks.
    const hit = realtimeGuests.filter(({ plan: g }) => !g.haltInGuest && !g.mwaitInGuest);
    if (!lost || hit.length === 0) return [];
    return [
      {
        path: ['host', 'kvm', 'preemption_timer'],
        message: `preemption_timer=N makes every guest timer of ${hit.map((g) => g.plan.name).join(', ')} a host interrupt`,
        remedy: 'set preemption_timer=Y of kvm_intel',
        fix: setKvm({ preemption_timer: 'Y' }),
      },
    ];
  },
};
