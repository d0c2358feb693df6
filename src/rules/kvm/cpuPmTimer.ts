import { changeLists, setKvm } from '../planFixes.js';
import type { Rule } from '../rule.js';

export const cpuPmTimer: Rule = {
  id: 'kvm/cpu-pm-timer',
  severity: 'warning',
  title: 'A guest with cpu-pm=on gets its timers posted',
  rationale:
    'MWAIT in the guest rules the VMX preemption timer out. KVM posts timers from a housekeeping pCPU ' +
    'instead, but only with APICv and with nohz_full= on the command line of the host; ' +
    'otherwise each timer is an hrtimer and an exit.',
  source: 'arch/x86/kvm/lapic.c, kvm_can_post_timer_interrupt and kvm_can_use_hv_timer',
  partition: true,
  find: ({ plan, host, realtimeGuests }) => {
    if (plan.platform.vendor !== 'intel' || !plan.host.flags.postedTimer) return [];
    const posts = plan.kvm.piInjectTimer === 1 && plan.kvm.apicv;
    const hit = realtimeGuests.filter((guest) => guest.plan.mwaitInGuest);
    if (posts || hit.length === 0) return [];
    const names = hit.map((guest) => guest.plan.name).join(', ');
    const off = host.written.cmdline !== undefined && host.facts.nohzFull !== undefined;
    const cause = plan.kvm.apicv
      ? off
        ? 'pi_inject_timer is 0'
        : 'the host has no nohz_full='
      : 'APICv is off';
    return [
      {
        path: ['guests', hit[0].index, 'cpu', 'passthrough'],
        message: `cpu-pm=on takes the preemption timer from ${names}, and timers are not posted: ${cause}`,
        remedy: plan.kvm.apicv
          ? off
            ? 'set pi_inject_timer=1 of kvm'
            : 'add the pCPUs of its vCPUs to nohz_full='
          : 'set enable_apicv=Y of kvm_intel',
        fix: plan.kvm.apicv
          ? off
            ? setKvm({ pi_inject_timer: 1 })
            : changeLists(host, ['nohz_full'], {
                add: host.realtime.filter((pcpu) => pcpu !== plan.host.cpus[0]),
              })
          : setKvm({ enable_apicv: 'Y' }),
      },
    ];
  },
};
