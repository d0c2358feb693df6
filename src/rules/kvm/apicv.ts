import { setKvm } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const apicv: Rule = {
  id: 'kvm/apicv',
  severity: 'warning',
  title: 'APICv is on where the CPU has it',
  rationale:
    'Without it every interrupt for a running vCPU is an exit and an entry, another one where the guest ' +
    'has interrupts off, and the end of each interrupt exits too.',
  source: 'arch/x86/kvm/vmx/vmx.c, vmx_deliver_interrupt',
  find: ({ plan, realtimeGuests }) => {
    const { vendor, cpu } = plan.platform;
    // AVIC of AMD is off by default and has conditions of its own.
    if (vendor !== 'intel' || !cpu.apicv || plan.kvm.apicv || realtimeGuests.length === 0)
      return [];
    return [
      {
        path: ['host', 'kvm', 'enable_apicv'],
        message: 'enable_apicv=N makes each interrupt for a running vCPU an exit',
        remedy: 'set enable_apicv=Y of kvm_intel',
        fix: setKvm({ enable_apicv: 'Y' }),
      },
    ];
  },
};
